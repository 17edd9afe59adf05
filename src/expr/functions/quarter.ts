/** The function `quarter`. */
import type { ScalarFunction } from '../scalar-function.js';
import { calendarField } from '../signatures/time-signature.js';

export const quarter = {
  name: 'quarter',
  group: 'time',
  doc: 'The quarter 1…4 of a date or timestamp, as int64; null stays null.',
  example: "lit('2024-02-29').cast('date').quarter() // => 1",
  sql: 'quarter({0})',
  arity: [1, 1],
  resolve: calendarField('quarter'),
} as const satisfies ScalarFunction;
