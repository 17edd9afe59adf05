/** The function `startsWith`. */
import type { ScalarFunction } from '../scalar-function.js';
import { textToBool } from '../signatures/text-signature.js';

export const startsWith = {
  name: 'startsWith',
  group: 'text',
  doc: 'True if the first text begins with the second; null if one is.',
  example: "lit('spillway').startsWith('spill') // => true",
  sql: 'starts_with({0}, {1})',
  arity: [2, 2],
  resolve: textToBool('startsWith'),
} as const satisfies ScalarFunction;
