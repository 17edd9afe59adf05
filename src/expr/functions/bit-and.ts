/** The function `bitAnd`. */
import type { ScalarFunction } from '../scalar-function.js';
import { bitwise } from '../signatures/number-signature.js';

export const bitAnd = {
  name: 'bitAnd',
  group: 'number',
  doc: 'The bits set in both integers; null if one is.',
  example: 'lit(6).bitAnd(3) // => 2',
  sql: '{0} & {1}',
  arity: [2, 2],
  resolve: bitwise('bitAnd'),
} as const satisfies ScalarFunction;
