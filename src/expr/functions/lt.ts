/** The function `lt`. */
import type { ScalarFunction } from '../scalar-function.js';
import { comparison } from '../signatures/compare-signature.js';

export const lt = {
  name: 'lt',
  group: 'compare',
  doc: 'True if the first is less; NaN is greater than every number, text goes by its UTF-8 bytes; null if one is null.',
  example: 'lit(5).lt(2) // => false',
  sql: '{0} < {1}',
  infix: '<',
  arity: [2, 2],
  resolve: comparison('lt'),
} as const satisfies ScalarFunction;
