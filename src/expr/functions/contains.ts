/** The function `contains`. */
import type { ScalarFunction } from '../scalar-function.js';
import { textToBool } from '../signatures/text-signature.js';

export const contains = {
  name: 'contains',
  group: 'text',
  doc: 'True if the second text occurs in the first; null if one is.',
  example: "lit('spillway').contains('way') // => true",
  sql: 'contains({0}, {1})',
  arity: [2, 2],
  resolve: textToBool('contains'),
} as const satisfies ScalarFunction;
