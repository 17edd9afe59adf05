/** The function `minute`. */
import type { ScalarFunction } from '../scalar-function.js';
import { clockField } from '../signatures/time-signature.js';

export const minute = {
  name: 'minute',
  group: 'time',
  doc: 'The minute 0…59 of a timestamp in UTC, as int64; null stays null.',
  example: "lit('2024-02-29 10:30:05').cast('timestamp(ms)').minute() // => 30",
  sql: 'minute({0})',
  arity: [1, 1],
  resolve: clockField('minute'),
} as const satisfies ScalarFunction;
