/** The function `isNotNull`. */
import type { ScalarFunction } from '../scalar-function.js';
import { nullTest } from '../signatures/logic-signature.js';

export const isNotNull = {
  name: 'isNotNull',
  group: 'logic',
  doc: 'True if it is not null; never null itself.',
  example: 'lit(5).isNotNull() // => true',
  sql: '{0} IS NOT NULL',
  arity: [1, 1],
  resolve: nullTest('isNotNull'),
} as const satisfies ScalarFunction;
