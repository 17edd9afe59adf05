/** The aggregate `nDistinct`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { counting } from '../signatures/aggregate-signature.js';

export const nDistinct = {
  name: 'nDistinct',
  doc: 'Number of different values as int64, nulls not counted; 0 for none.',
  example: "summarise({ airports: nDistinct('origin') })",
  sql: 'count(DISTINCT {0})',
  arity: 1,
  params: [],
  countsDoubles: false,
  resolve: counting('nDistinct'),
} as const satisfies AggregateFunction;
