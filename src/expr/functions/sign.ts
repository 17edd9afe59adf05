/** The function `sign`. */
import type { ScalarFunction } from '../scalar-function.js';
import { sameNumber } from '../signatures/number-signature.js';

export const sign = {
  name: 'sign',
  group: 'number',
  doc: '−1, 0 or 1 in the same type; NaN stays NaN, null stays null.',
  example: 'lit(-5).sign() // => -1',
  sql: 'sign({0})',
  arity: [1, 1],
  resolve: sameNumber('sign'),
} as const satisfies ScalarFunction;
