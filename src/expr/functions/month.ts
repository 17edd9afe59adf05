/** The function `month`. */
import type { ScalarFunction } from '../scalar-function.js';
import { calendarField } from '../signatures/time-signature.js';

export const month = {
  name: 'month',
  group: 'time',
  doc: 'The month 1…12 of a date or timestamp, as int64; null stays null.',
  example: "lit('2024-02-29').cast('date').month() // => 2",
  sql: 'month({0})',
  arity: [1, 1],
  resolve: calendarField('month'),
} as const satisfies ScalarFunction;
