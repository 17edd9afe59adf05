/** The function `log2`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const log2 = {
  name: 'log2',
  group: 'number',
  doc: 'Logarithm to base 2 as float64; −Infinity of 0, NaN of a negative number; null stays null.',
  example: 'lit(8).log2() // => 3',
  sql: 'log2({0})',
  arity: [1, 1],
  resolve: floating('log2'),
} as const satisfies ScalarFunction;
