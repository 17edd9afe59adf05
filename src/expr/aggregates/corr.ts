/** The aggregate `corr`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { pairStatistic } from '../signatures/aggregate-signature.js';

export const corr = {
  name: 'corr',
  doc: 'Correlation of two numbers (Pearson) as float64, of the rows where both are there; null for fewer than two, NaN where one does not vary.',
  example: "summarise({ r: corr('delay', 'distance') })",
  sql: 'corr({0}, {1})',
  arity: 2,
  params: [],
  countsDoubles: true,
  resolve: pairStatistic('corr'),
} as const satisfies AggregateFunction;
