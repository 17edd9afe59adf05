/** The function `atan2`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const atan2 = {
  name: 'atan2',
  group: 'number',
  doc: 'Angle in radians of the point (second, first), as float64; null if one is.',
  example: 'lit(0).atan2(1) // => 0',
  sql: 'atan2({0}, {1})',
  arity: [2, 2],
  resolve: floating('atan2'),
} as const satisfies ScalarFunction;
