/** The function `trunc`. */
import type { ScalarFunction } from '../scalar-function.js';
import { sameNumber } from '../signatures/number-signature.js';

export const trunc = {
  name: 'trunc',
  group: 'number',
  doc: 'The number without its fraction, in the same type; null stays null.',
  example: 'lit(-2.5).trunc() // => -2',
  sql: 'trunc({0})',
  arity: [1, 1],
  resolve: sameNumber('trunc'),
} as const satisfies ScalarFunction;
