/** The function `cosh`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const cosh = {
  name: 'cosh',
  group: 'number',
  doc: 'Hyperbolic cosine as float64; null stays null.',
  example: 'lit(0).cosh() // => 1',
  sql: 'cosh({0})',
  arity: [1, 1],
  resolve: floating('cosh'),
} as const satisfies ScalarFunction;
