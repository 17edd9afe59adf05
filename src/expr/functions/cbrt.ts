/** The function `cbrt`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const cbrt = {
  name: 'cbrt',
  group: 'number',
  doc: 'Cube root as float64; null stays null.',
  example: 'lit(27).cbrt() // => 3',
  sql: 'cbrt({0})',
  arity: [1, 1],
  resolve: floating('cbrt'),
} as const satisfies ScalarFunction;
