/** The function `isNaN`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floatTest } from '../signatures/number-signature.js';

export const isNaNFunction = {
  name: 'isNaN',
  group: 'number',
  doc: 'True if the number is NaN; null stays null.',
  example: 'lit(NaN).isNaN() // => true',
  sql: 'isnan({0})',
  arity: [1, 1],
  resolve: floatTest('isNaN'),
} as const satisfies ScalarFunction;
