/** The aggregate `quantile`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { statistic } from '../signatures/aggregate-signature.js';

export const quantile = {
  name: 'quantile',
  doc: 'The value below which the share `p` (0…1) lies, as float64, interpolated between neighbours (type 7); null for none.',
  example: "summarise({ p95: quantile('delay', 0.95) })",
  sql: 'quantile_cont({0}, {p})',
  arity: 1,
  params: ['p'],
  countsDoubles: true,
  resolve: statistic('quantile'),
} as const satisfies AggregateFunction;
