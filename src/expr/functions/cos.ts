/** The function `cos`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const cos = {
  name: 'cos',
  group: 'number',
  doc: 'Cosine of an angle in radians, as float64; null stays null.',
  example: 'lit(0).cos() // => 1',
  sql: 'cos({0})',
  arity: [1, 1],
  resolve: floating('cos'),
} as const satisfies ScalarFunction;
