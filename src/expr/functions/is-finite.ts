/** The function `isFinite`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floatTest } from '../signatures/number-signature.js';

export const isFiniteFunction = {
  name: 'isFinite',
  group: 'number',
  doc: 'True unless the number is NaN or infinite; null stays null.',
  example: 'lit(1).isFinite() // => true',
  sql: 'isfinite({0})',
  arity: [1, 1],
  resolve: floatTest('isFinite'),
} as const satisfies ScalarFunction;
