/** The function `day`. */
import type { ScalarFunction } from '../scalar-function.js';
import { calendarField } from '../signatures/time-signature.js';

export const day = {
  name: 'day',
  group: 'time',
  doc: 'The day of the month 1…31 of a date or timestamp, as int64; null stays null.',
  example: "lit('2024-02-29').cast('date').day() // => 29",
  sql: 'day({0})',
  arity: [1, 1],
  resolve: calendarField('day'),
} as const satisfies ScalarFunction;
