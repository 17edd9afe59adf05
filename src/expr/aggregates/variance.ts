/** The aggregate `variance`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { statistic } from '../signatures/aggregate-signature.js';

export const variance = {
  name: 'variance',
  doc: 'Variance of a sample (n − 1) as float64; null for fewer than two values.',
  example: "summarise({ spread: variance('delay') })",
  sql: 'var_samp({0})',
  arity: 1,
  params: [],
  countsDoubles: true,
  resolve: statistic('variance', true),
} as const satisfies AggregateFunction;
