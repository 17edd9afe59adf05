/** The function `upper`. */
import type { ScalarFunction } from '../scalar-function.js';
import { textToText } from '../signatures/text-signature.js';

export const upper = {
  name: 'upper',
  group: 'text',
  doc: 'The text in capital letters, code point by code point by Unicode; null stays null.',
  example: "lit('abc').upper() // => 'ABC'",
  sql: 'upper({0})',
  arity: [1, 1],
  resolve: textToText('upper'),
} as const satisfies ScalarFunction;
