/** The function `weekday`. */
import type { ScalarFunction } from '../scalar-function.js';
import { calendarField } from '../signatures/time-signature.js';

export const weekday = {
  name: 'weekday',
  group: 'time',
  doc: 'The ISO day of the week of a date or timestamp, Monday 1 … Sunday 7, as int64; null stays null.',
  example: "lit('2024-02-29').cast('date').weekday() // => 4",
  sql: 'isodow({0})',
  arity: [1, 1],
  resolve: calendarField('weekday'),
} as const satisfies ScalarFunction;
