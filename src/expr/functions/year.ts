/** The function `year`. */
import type { ScalarFunction } from '../scalar-function.js';
import { calendarField } from '../signatures/time-signature.js';

export const year = {
  name: 'year',
  group: 'time',
  doc: 'The year of a date or timestamp, as int64; null stays null.',
  example: "lit('2024-02-29').cast('date').year() // => 2024",
  sql: 'year({0})',
  arity: [1, 1],
  resolve: calendarField('year'),
} as const satisfies ScalarFunction;
