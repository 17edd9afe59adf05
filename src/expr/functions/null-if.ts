/** The function `nullIf`. */
import type { ScalarFunction } from '../scalar-function.js';
import { nulling } from '../signatures/logic-signature.js';

export const nullIf = {
  name: 'nullIf',
  group: 'logic',
  doc: 'Null where both are equal, else the first.',
  example: 'lit(5).nullIf(5) // => null',
  sql: 'nullif({0}, {1})',
  arity: [2, 2],
  resolve: nulling('nullIf'),
} as const satisfies ScalarFunction;
