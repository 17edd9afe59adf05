/** The aggregate `first`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { pick } from '../signatures/aggregate-signature.js';

export const first = {
  name: 'first',
  doc: 'First value that is not null, in the order of the input; null for none.',
  example: "summarise({ start: first('origin') })",
  sql: 'first({0}) FILTER (WHERE {0} IS NOT NULL)',
  arity: 1,
  params: [],
  countsDoubles: false,
  resolve: pick('first'),
} as const satisfies AggregateFunction;
