/** The function `mul`. */
import type { ScalarFunction } from '../scalar-function.js';
import { arithmetic } from '../signatures/number-signature.js';

export const mul = {
  name: 'mul',
  group: 'arithmetic',
  doc: 'Product of two numbers in their common type; an integer overflow is a `data` error; null if one is.',
  example: 'lit(5).mul(2) // => 10',
  sql: '{0} * {1}',
  infix: '*',
  arity: [2, 2],
  resolve: arithmetic('mul'),
} as const satisfies ScalarFunction;
