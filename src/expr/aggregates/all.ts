/** The aggregate `all`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { verdict } from '../signatures/aggregate-signature.js';

export const all = {
  name: 'all',
  doc: 'True if all of the booleans are; null for none.',
  example: 'summarise({ punctual: all(r => r.delay.le(0)) })',
  sql: 'bool_and({0})',
  arity: 1,
  params: [],
  countsDoubles: false,
  resolve: verdict('all'),
} as const satisfies AggregateFunction;
