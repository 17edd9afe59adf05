/** The function `least`. */
import type { ScalarFunction } from '../scalar-function.js';
import { extreme } from '../signatures/number-signature.js';

export const least = {
  name: 'least',
  group: 'number',
  doc: 'The least of the values in their common type; nulls are skipped, null only if all are.',
  example: 'lit(3).least(1, 2) // => 1',
  sql: 'least({*})',
  arity: [2, Infinity],
  resolve: extreme('least'),
} as const satisfies ScalarFunction;
