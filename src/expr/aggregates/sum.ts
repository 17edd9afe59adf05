/** The aggregate `sum`. */
import type { AggregateFunction } from '../aggregate-function.js';
import { total } from '../signatures/aggregate-signature.js';

export const sum = {
  name: 'sum',
  doc: 'Sum of the values: int64 of integers and booleans (a `data` error beyond 64 bits), float64 of floats; null for none.',
  example: "summarise({ miles: sum('distance') })",
  sql: 'sum({0})',
  arity: 1,
  params: [],
  countsDoubles: true,
  resolve: total('sum'),
} as const satisfies AggregateFunction;
