/** The function `endsWith`. */
import type { ScalarFunction } from '../scalar-function.js';
import { textToBool } from '../signatures/text-signature.js';

export const endsWith = {
  name: 'endsWith',
  group: 'text',
  doc: 'True if the first text ends with the second; null if one is.',
  example: "lit('spillway').endsWith('way') // => true",
  sql: 'ends_with({0}, {1})',
  arity: [2, 2],
  resolve: textToBool('endsWith'),
} as const satisfies ScalarFunction;
