/** The function `tanh`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const tanh = {
  name: 'tanh',
  group: 'number',
  doc: 'Hyperbolic tangent as float64; null stays null.',
  example: 'lit(0).tanh() // => 0',
  sql: 'tanh({0})',
  arity: [1, 1],
  resolve: floating('tanh'),
} as const satisfies ScalarFunction;
