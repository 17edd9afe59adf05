/** The function `sqrt`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const sqrt = {
  name: 'sqrt',
  group: 'number',
  doc: 'Square root as float64; NaN of a negative number; null stays null.',
  example: 'lit(9).sqrt() // => 3',
  sql: 'sqrt({0})',
  arity: [1, 1],
  resolve: floating('sqrt'),
} as const satisfies ScalarFunction;
