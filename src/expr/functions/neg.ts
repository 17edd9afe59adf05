/** The function `neg`. */
import type { ScalarFunction } from '../scalar-function.js';
import { signedNumber } from '../signatures/number-signature.js';

export const neg = {
  name: 'neg',
  group: 'arithmetic',
  doc: 'The number with the other sign; an unsigned one becomes signed; null stays null.',
  example: 'lit(5).neg() // => -5',
  sql: '-{0}',
  arity: [1, 1],
  resolve: signedNumber('neg'),
} as const satisfies ScalarFunction;
