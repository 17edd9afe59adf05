/** The function `shiftLeft`. */
import type { ScalarFunction } from '../scalar-function.js';
import { shift } from '../signatures/number-signature.js';

export const shiftLeft = {
  name: 'shiftLeft',
  group: 'number',
  doc: 'The integer with its bits moved left; bits lost at the top are a `data` error; null if one is.',
  example: 'lit(3).shiftLeft(2) // => 12',
  sql: '{0} << {1}',
  arity: [2, 2],
  resolve: shift('shiftLeft'),
} as const satisfies ScalarFunction;
