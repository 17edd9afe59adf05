/** The function `ne`. */
import type { ScalarFunction } from '../scalar-function.js';
import { comparison } from '../signatures/compare-signature.js';

export const ne = {
  name: 'ne',
  group: 'compare',
  doc: 'True if the two differ (NaN equals NaN, −0 equals 0); null if one is null.',
  example: 'lit(5).ne(2) // => true',
  sql: '{0} <> {1}',
  infix: '<>',
  arity: [2, 2],
  resolve: comparison('ne'),
} as const satisfies ScalarFunction;
