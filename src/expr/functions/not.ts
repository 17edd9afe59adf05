/** The function `not`. */
import type { ScalarFunction } from '../scalar-function.js';
import { logical } from '../signatures/logic-signature.js';

export const not = {
  name: 'not',
  group: 'logic',
  doc: 'False for true, true for false; null stays null.',
  example: 'lit(true).not() // => false',
  sql: 'NOT {0}',
  arity: [1, 1],
  resolve: logical('not'),
} as const satisfies ScalarFunction;
