/** The function `dateTrunc`. */
import type { ScalarFunction } from '../scalar-function.js';
import { truncation } from '../signatures/time-signature.js';

export const dateTrunc = {
  name: 'dateTrunc',
  group: 'time',
  doc: "A date or timestamp cut down to the start of its 'year', 'quarter', 'month', 'week' (Monday), 'day', 'hour', 'minute' or 'second'; null stays null.",
  example: "lit('2024-02-29').cast('date').dateTrunc('month') // => new Date('2024-02-01')",
  sql: 'date_trunc({1}, {0})',
  arity: [2, 2],
  resolve: truncation('dateTrunc'),
} as const satisfies ScalarFunction;
