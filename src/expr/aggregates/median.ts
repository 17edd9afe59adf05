/** The aggregate `median`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { statistic } from '../signatures/aggregate-signature.js';

export const median = {
  name: 'median',
  doc: 'Middle value as float64, the mean of the two middle ones of an even number; null for none.',
  example: "summarise({ typical: median('delay') })",
  sql: 'median({0})',
  arity: 1,
  params: [],
  countsDoubles: true,
  resolve: statistic('median'),
} as const satisfies AggregateFunction;
