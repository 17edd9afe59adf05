/** The aggregate `min`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { pick } from '../signatures/aggregate-signature.js';

export const min = {
  name: 'min',
  doc: 'Least value (numbers before NaN, text by its UTF-8 bytes); null for none.',
  example: "summarise({ first: min('date') })",
  sql: 'min({0})',
  arity: 1,
  params: [],
  countsDoubles: false,
  resolve: pick('min'),
} as const satisfies AggregateFunction;
