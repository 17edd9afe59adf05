/** The function `second`. */
import type { ScalarFunction } from '../scalar-function.js';
import { clockField } from '../signatures/time-signature.js';

export const second = {
  name: 'second',
  group: 'time',
  doc: 'The whole second 0…59 of a timestamp in UTC, as int64; null stays null.',
  example: "lit('2024-02-29 10:30:05').cast('timestamp(ms)').second() // => 5",
  sql: 'second({0})',
  arity: [1, 1],
  resolve: clockField('second'),
} as const satisfies ScalarFunction;
