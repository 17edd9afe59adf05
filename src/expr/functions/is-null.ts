/** The function `isNull`. */
import type { ScalarFunction } from '../scalar-function.js';
import { nullTest } from '../signatures/logic-signature.js';

export const isNull = {
  name: 'isNull',
  group: 'logic',
  doc: 'True if it is null; never null itself.',
  example: 'lit(5).isNull() // => false',
  sql: '{0} IS NULL',
  arity: [1, 1],
  resolve: nullTest('isNull'),
} as const satisfies ScalarFunction;
