/** The function `acos`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const acos = {
  name: 'acos',
  group: 'number',
  doc: 'Arc cosine in radians, as float64; NaN outside −1…1; null stays null.',
  example: 'lit(1).acos() // => 0',
  sql: 'acos({0})',
  arity: [1, 1],
  resolve: floating('acos'),
} as const satisfies ScalarFunction;
