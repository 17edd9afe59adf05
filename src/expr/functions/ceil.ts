/** The function `ceil`. */
import type { ScalarFunction } from '../scalar-function.js';
import { sameNumber } from '../signatures/number-signature.js';

export const ceil = {
  name: 'ceil',
  group: 'number',
  doc: 'The next whole number above, in the same type; null stays null.',
  example: 'lit(2.1).ceil() // => 3',
  sql: 'ceil({0})',
  arity: [1, 1],
  resolve: sameNumber('ceil'),
} as const satisfies ScalarFunction;
