/** The function `exp`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const exp = {
  name: 'exp',
  group: 'number',
  doc: 'The number e to the power of this one, as float64; null stays null.',
  example: 'lit(0).exp() // => 1',
  sql: 'exp({0})',
  arity: [1, 1],
  resolve: floating('exp'),
} as const satisfies ScalarFunction;
