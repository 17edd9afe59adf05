/** The aggregate `mean`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { statistic } from '../signatures/aggregate-signature.js';

export const mean = {
  name: 'mean',
  doc: 'Arithmetic mean as float64; null for none.',
  example: "summarise({ delay: mean('delay') })",
  sql: 'avg({0})',
  arity: 1,
  params: [],
  countsDoubles: true,
  resolve: statistic('mean'),
} as const satisfies AggregateFunction;
