/** The aggregate `any`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { verdict } from '../signatures/aggregate-signature.js';

export const any = {
  name: 'any',
  doc: 'True if one of the booleans is; null for none.',
  example: 'summarise({ late: any(r => r.delay.gt(60)) })',
  sql: 'bool_or({0})',
  arity: 1,
  params: [],
  countsDoubles: false,
  resolve: verdict('any'),
} as const satisfies AggregateFunction;
