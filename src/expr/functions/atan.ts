/** The function `atan`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const atan = {
  name: 'atan',
  group: 'number',
  doc: 'Arc tangent in radians, as float64; null stays null.',
  example: 'lit(0).atan() // => 0',
  sql: 'atan({0})',
  arity: [1, 1],
  resolve: floating('atan'),
} as const satisfies ScalarFunction;
