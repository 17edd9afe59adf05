/** The function `and`. */
import type { ScalarFunction } from '../scalar-function.js';
import { logical } from '../signatures/logic-signature.js';

export const and = {
  name: 'and',
  group: 'logic',
  doc: 'True if all are; false if one is false, else null if one is null.',
  example: 'lit(true).and(false) // => false',
  sql: '{0} AND {1}',
  infix: 'and',
  arity: [2, Infinity],
  resolve: logical('and'),
} as const satisfies ScalarFunction;
