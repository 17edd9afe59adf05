/** The function `sin`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const sin = {
  name: 'sin',
  group: 'number',
  doc: 'Sine of an angle in radians, as float64; null stays null.',
  example: 'lit(0).sin() // => 0',
  sql: 'sin({0})',
  arity: [1, 1],
  resolve: floating('sin'),
} as const satisfies ScalarFunction;
