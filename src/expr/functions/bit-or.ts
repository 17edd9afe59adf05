/** The function `bitOr`. */
import type { ScalarFunction } from '../scalar-function.js';
import { bitwise } from '../signatures/number-signature.js';

export const bitOr = {
  name: 'bitOr',
  group: 'number',
  doc: 'The bits set in one of the integers or both; null if one is.',
  example: 'lit(6).bitOr(3) // => 7',
  sql: '{0} | {1}',
  arity: [2, 2],
  resolve: bitwise('bitOr'),
} as const satisfies ScalarFunction;
