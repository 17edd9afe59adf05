/** The function `asin`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const asin = {
  name: 'asin',
  group: 'number',
  doc: 'Arc sine in radians, as float64; NaN outside −1…1; null stays null.',
  example: 'lit(0).asin() // => 0',
  sql: 'asin({0})',
  arity: [1, 1],
  resolve: floating('asin'),
} as const satisfies ScalarFunction;
