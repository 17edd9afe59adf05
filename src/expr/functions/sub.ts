/** The function `sub`. */
import type { ScalarFunction } from '../scalar-function.js';
import { arithmetic } from '../signatures/number-signature.js';

export const sub = {
  name: 'sub',
  group: 'arithmetic',
  doc: 'Difference of two numbers in their common type; an integer overflow is a `data` error; null if one is.',
  example: 'lit(5).sub(2) // => 3',
  sql: '{0} - {1}',
  infix: '-',
  arity: [2, 2],
  resolve: arithmetic('sub'),
} as const satisfies ScalarFunction;
