/** The function `length`. */
import type { ScalarFunction } from '../scalar-function.js';
import { textToInteger } from '../signatures/text-signature.js';

export const length = {
  name: 'length',
  group: 'text',
  doc: 'Number of code points as int64; null stays null.',
  example: "lit('naïve').length() // => 5",
  sql: 'length({0})',
  arity: [1, 1],
  resolve: textToInteger('length'),
} as const satisfies ScalarFunction;
