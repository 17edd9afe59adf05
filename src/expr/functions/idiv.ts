/** The function `idiv`. */
import type { ScalarFunction } from '../scalar-function.js';
import { wholeDivision } from '../signatures/number-signature.js';

export const idiv = {
  name: 'idiv',
  group: 'arithmetic',
  doc: 'Quotient without its fraction, towards zero, in the common type; null by zero or if one is null.',
  example: 'lit(-7).idiv(2) // => -3',
  sql: '{0} // {1}',
  infix: '//',
  arity: [2, 2],
  resolve: wholeDivision('idiv'),
} as const satisfies ScalarFunction;
