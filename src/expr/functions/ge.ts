/** The function `ge`. */
import type { ScalarFunction } from '../scalar-function.js';
import { comparison } from '../signatures/compare-signature.js';

export const ge = {
  name: 'ge',
  group: 'compare',
  doc: 'True if the first is greater or equal; NaN is greater than every number, text goes by its UTF-8 bytes; null if one is null.',
  example: 'lit(5).ge(2) // => true',
  sql: '{0} >= {1}',
  infix: '>=',
  arity: [2, 2],
  resolve: comparison('ge'),
} as const satisfies ScalarFunction;
