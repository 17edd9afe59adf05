/** The function `or`. */
import type { ScalarFunction } from '../scalar-function.js';
import { logical } from '../signatures/logic-signature.js';

export const or = {
  name: 'or',
  group: 'logic',
  doc: 'True if one is; else null if one is null, else false.',
  example: 'lit(true).or(false) // => true',
  sql: '{0} OR {1}',
  infix: 'or',
  arity: [2, Infinity],
  resolve: logical('or'),
} as const satisfies ScalarFunction;
