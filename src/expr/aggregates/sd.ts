/** The aggregate `sd`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { statistic } from '../signatures/aggregate-signature.js';

export const sd = {
  name: 'sd',
  doc: 'Standard deviation of a sample (n − 1) as float64; null for fewer than two values.',
  example: "summarise({ spread: sd('delay') })",
  sql: 'stddev_samp({0})',
  arity: 1,
  params: [],
  countsDoubles: true,
  resolve: statistic('sd', true),
} as const satisfies AggregateFunction;
