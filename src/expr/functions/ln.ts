/** The function `ln`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const ln = {
  name: 'ln',
  group: 'number',
  doc: 'Natural logarithm as float64; −Infinity of 0, NaN of a negative number; null stays null.',
  example: 'lit(1).ln() // => 0',
  sql: 'ln({0})',
  arity: [1, 1],
  resolve: floating('ln'),
} as const satisfies ScalarFunction;
