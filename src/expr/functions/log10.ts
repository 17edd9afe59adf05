/** The function `log10`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const log10 = {
  name: 'log10',
  group: 'number',
  doc: 'Logarithm to base 10 as float64; −Infinity of 0, NaN of a negative number; null stays null.',
  example: 'lit(1000).log10() // => 3',
  sql: 'log10({0})',
  arity: [1, 1],
  resolve: floating('log10'),
} as const satisfies ScalarFunction;
