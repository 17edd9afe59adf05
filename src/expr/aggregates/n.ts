/** The aggregate `n`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { rowCount } from '../signatures/aggregate-signature.js';

export const n = {
  name: 'n',
  doc: 'Number of rows as int64, of those where `where` is true if given; 0 for none.',
  example: 'summarise({ flights: n() })',
  sql: 'count(*)',
  arity: 0,
  params: [],
  countsDoubles: false,
  resolve: rowCount('countAll', 'count'),
} as const satisfies AggregateFunction;
