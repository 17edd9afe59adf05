/** The aggregate `last`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { pick } from '../signatures/aggregate-signature.js';

export const last = {
  name: 'last',
  doc: 'Last value that is not null, in the order of the input; null for none.',
  example: "summarise({ end: last('destination') })",
  sql: 'last({0}) FILTER (WHERE {0} IS NOT NULL)',
  arity: 1,
  params: [],
  countsDoubles: false,
  resolve: pick('last'),
} as const satisfies AggregateFunction;
