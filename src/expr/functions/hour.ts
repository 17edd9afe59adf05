/** The function `hour`. */
import type { ScalarFunction } from '../scalar-function.js';
import { clockField } from '../signatures/time-signature.js';

export const hour = {
  name: 'hour',
  group: 'time',
  doc: 'The hour 0…23 of a timestamp in UTC, as int64; null stays null.',
  example: "lit('2024-02-29 10:30:05').cast('timestamp(ms)').hour() // => 10",
  sql: 'hour({0})',
  arity: [1, 1],
  resolve: clockField('hour'),
} as const satisfies ScalarFunction;
