/** The aggregate `max`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { pick } from '../signatures/aggregate-signature.js';

export const max = {
  name: 'max',
  doc: 'Greatest value (NaN above all numbers, text by its UTF-8 bytes); null for none.',
  example: "summarise({ last: max('date') })",
  sql: 'max({0})',
  arity: 1,
  params: [],
  countsDoubles: false,
  resolve: pick('max'),
} as const satisfies AggregateFunction;
