/** The function `abs`. */
import type { ScalarFunction } from '../scalar-function.js';
import { sameNumber } from '../signatures/number-signature.js';

export const abs = {
  name: 'abs',
  group: 'number',
  doc: 'The number without its sign; the least integer of a type is a `data` error; null stays null.',
  example: 'lit(-5).abs() // => 5',
  sql: 'abs({0})',
  arity: [1, 1],
  resolve: sameNumber('abs'),
} as const satisfies ScalarFunction;
