/** The function `between`. */
import type { ScalarFunction } from '../scalar-function.js';
import { interval } from '../signatures/compare-signature.js';

export const between = {
  name: 'between',
  group: 'compare',
  doc: 'True from the lower to the upper bound, both included; null if one of the three is null.',
  example: 'lit(5).between(1, 5) // => true',
  sql: '{0} BETWEEN {1} AND {2}',
  arity: [3, 3],
  resolve: interval('between'),
} as const satisfies ScalarFunction;
