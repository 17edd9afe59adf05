/** The function `shiftRight`. */
import type { ScalarFunction } from '../scalar-function.js';
import { shift } from '../signatures/number-signature.js';

export const shiftRight = {
  name: 'shiftRight',
  group: 'number',
  doc: 'The integer with its bits moved right, keeping the sign; null if one is.',
  example: 'lit(12).shiftRight(2) // => 3',
  sql: '{0} >> {1}',
  arity: [2, 2],
  resolve: shift('shiftRight'),
} as const satisfies ScalarFunction;
