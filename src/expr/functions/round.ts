/** The function `round`. */
import type { ScalarFunction } from '../scalar-function.js';
import { rounding } from '../signatures/number-signature.js';

export const round = {
  name: 'round',
  group: 'number',
  doc: 'Rounded to `digits` decimal places (0; negative ones round to tens), half away from zero; null stays null.',
  example: 'lit(2.345).round(1) // => 2.3',
  sql: 'round({*})',
  arity: [1, 2],
  resolve: rounding('round'),
} as const satisfies ScalarFunction;
