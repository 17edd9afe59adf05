/** The function `greatest`. */
import type { ScalarFunction } from '../scalar-function.js';
import { extreme } from '../signatures/number-signature.js';

export const greatest = {
  name: 'greatest',
  group: 'number',
  doc: 'The greatest of the values in their common type (NaN above all numbers); nulls are skipped, null only if all are.',
  example: 'lit(3).greatest(1, 2) // => 3',
  sql: 'greatest({*})',
  arity: [2, Infinity],
  resolve: extreme('greatest'),
} as const satisfies ScalarFunction;
