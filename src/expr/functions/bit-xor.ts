/** The function `bitXor`. */
import type { ScalarFunction } from '../scalar-function.js';
import { bitwise } from '../signatures/number-signature.js';

export const bitXor = {
  name: 'bitXor',
  group: 'number',
  doc: 'The bits set in exactly one of the integers; null if one is.',
  example: 'lit(6).bitXor(3) // => 5',
  sql: 'xor({0}, {1})',
  arity: [2, 2],
  resolve: bitwise('bitXor'),
} as const satisfies ScalarFunction;
