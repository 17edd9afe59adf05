/** The function `div`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const div = {
  name: 'div',
  group: 'arithmetic',
  doc: 'Quotient as float64: x/0 is ±Infinity, 0/0 is NaN; null if one is.',
  example: 'lit(5).div(2) // => 2.5',
  sql: '{0} / {1}',
  infix: '/',
  arity: [2, 2],
  resolve: floating('div'),
} as const satisfies ScalarFunction;
