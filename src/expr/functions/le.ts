/** The function `le`. */
import type { ScalarFunction } from '../scalar-function.js';
import { comparison } from '../signatures/compare-signature.js';

export const le = {
  name: 'le',
  group: 'compare',
  doc: 'True if the first is less or equal; NaN is greater than every number, text goes by its UTF-8 bytes; null if one is null.',
  example: 'lit(5).le(2) // => false',
  sql: '{0} <= {1}',
  infix: '<=',
  arity: [2, 2],
  resolve: comparison('le'),
} as const satisfies ScalarFunction;
