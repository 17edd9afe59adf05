/** The function `add`. */
import type { ScalarFunction } from '../scalar-function.js';
import { arithmetic } from '../signatures/number-signature.js';

export const add = {
  name: 'add',
  group: 'arithmetic',
  doc: 'Sum of two numbers in their common type; an integer overflow is a `data` error; null if one is.',
  example: 'lit(5).add(2) // => 7',
  sql: '{0} + {1}',
  infix: '+',
  arity: [2, 2],
  resolve: arithmetic('add'),
} as const satisfies ScalarFunction;
