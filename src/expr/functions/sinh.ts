/** The function `sinh`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const sinh = {
  name: 'sinh',
  group: 'number',
  doc: 'Hyperbolic sine as float64; null stays null.',
  example: 'lit(0).sinh() // => 0',
  sql: 'sinh({0})',
  arity: [1, 1],
  resolve: floating('sinh'),
} as const satisfies ScalarFunction;
