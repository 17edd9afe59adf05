/** The function `pow`. */
import type { ScalarFunction } from '../scalar-function.js';
import { floating } from '../signatures/number-signature.js';

export const pow = {
  name: 'pow',
  group: 'arithmetic',
  doc: 'The first to the power of the second, as float64; null if one is.',
  example: 'lit(2).pow(10) // => 1024',
  sql: 'pow({0}, {1})',
  arity: [2, 2],
  resolve: floating('pow'),
} as const satisfies ScalarFunction;
