/** The function `substr`. */
import type { ScalarFunction } from '../scalar-function.js';
import { piece } from '../signatures/text-signature.js';

export const substr = {
  name: 'substr',
  group: 'text',
  doc: 'The code points from `start` (1 is the first, negative ones count from the end), `count` of them or all; null if one is.',
  example: "lit('spillway').substr(1, 5) // => 'spill'",
  sql: 'substr({*})',
  arity: [2, 3],
  resolve: piece('substr'),
} as const satisfies ScalarFunction;
