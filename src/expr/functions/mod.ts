/** The function `mod`. */
import type { ScalarFunction } from '../scalar-function.js';
import { wholeDivision } from '../signatures/number-signature.js';

export const mod = {
  name: 'mod',
  group: 'arithmetic',
  doc: 'Remainder of `idiv`, with the sign of the first; null by zero or if one is null.',
  example: 'lit(-7).mod(2) // => -1',
  sql: '{0} % {1}',
  infix: '%',
  arity: [2, 2],
  resolve: wholeDivision('mod'),
} as const satisfies ScalarFunction;
