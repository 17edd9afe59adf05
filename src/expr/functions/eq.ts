/** The function `eq`. */
import type { ScalarFunction } from '../scalar-function.js';
import { comparison } from '../signatures/compare-signature.js';

export const eq = {
  name: 'eq',
  group: 'compare',
  doc: 'True if both are equal (NaN equals NaN, −0 equals 0); null if one is null.',
  example: 'lit(5).eq(2) // => false',
  sql: '{0} = {1}',
  infix: '=',
  arity: [2, 2],
  resolve: comparison('eq'),
} as const satisfies ScalarFunction;
