/** The function `ifElse`. */
import type { ScalarFunction } from '../scalar-function.js';
import { choice } from '../signatures/logic-signature.js';

export const ifElse = {
  name: 'ifElse',
  group: 'logic',
  doc: 'The second where the condition is true, the third where it is false or null.',
  example: "ifElse(lit(5).gt(2), 'yes', 'no') // => 'yes'",
  sql: 'CASE WHEN {0} THEN {1} ELSE {2} END',
  arity: [3, 3],
  resolve: choice('ifElse'),
} as const satisfies ScalarFunction;
