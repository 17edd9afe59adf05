/** The function `trim`. */
import type { ScalarFunction } from '../scalar-function.js';
import { textToText } from '../signatures/text-signature.js';

export const trim = {
  name: 'trim',
  group: 'text',
  doc: 'The text without Unicode white space at both ends; null stays null.',
  example: "lit('  a ').trim() // => 'a'",
  sql: 'trim({0})',
  arity: [1, 1],
  resolve: textToText('trim'),
} as const satisfies ScalarFunction;
