/** The function `gt`. */
import type { ScalarFunction } from '../scalar-function.js';
import { comparison } from '../signatures/compare-signature.js';

export const gt = {
  name: 'gt',
  group: 'compare',
  doc: 'True if the first is greater; NaN is greater than every number, text goes by its UTF-8 bytes; null if one is null.',
  example: 'lit(5).gt(2) // => true',
  sql: '{0} > {1}',
  infix: '>',
  arity: [2, 2],
  resolve: comparison('gt'),
} as const satisfies ScalarFunction;
