/** The function `lower`. */
import type { ScalarFunction } from '../scalar-function.js';
import { textToText } from '../signatures/text-signature.js';

export const lower = {
  name: 'lower',
  group: 'text',
  doc: 'The text in small letters, code point by code point by Unicode; null stays null.',
  example: "lit('ABC').lower() // => 'abc'",
  sql: 'lower({0})',
  arity: [1, 1],
  resolve: textToText('lower'),
} as const satisfies ScalarFunction;
