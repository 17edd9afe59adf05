/** The function `hypot`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const hypot = {
  name: 'hypot',
  group: 'number',
  doc: 'Root of the sum of two squares, as float64; null if one is.',
  example: 'lit(3).hypot(4) // => 5',
  sql: 'sqrt({0} * {0} + {1} * {1})',
  arity: [2, 2],
  resolve: floating('hypot'),
} as const satisfies ScalarFunction;
