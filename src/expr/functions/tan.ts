/** The function `tan`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const tan = {
  name: 'tan',
  group: 'number',
  doc: 'Tangent of an angle in radians, as float64; null stays null.',
  example: 'lit(0).tan() // => 0',
  sql: 'tan({0})',
  arity: [1, 1],
  resolve: floating('tan'),
} as const satisfies ScalarFunction;
