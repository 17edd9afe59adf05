/** The function `floor`. */
import type { ScalarFunction } from '../scalar-function.js';
import { sameNumber } from '../signatures/number-signature.js';

export const floor = {
  name: 'floor',
  group: 'number',
  doc: 'The next whole number below, in the same type; null stays null.',
  example: 'lit(-2.5).floor() // => -3',
  sql: 'floor({0})',
  arity: [1, 1],
  resolve: sameNumber('floor'),
} as const satisfies ScalarFunction;
