/** The function `like`. */
import type { ScalarFunction } from '../scalar-function.js';
import { patternTest } from '../signatures/text-signature.js';

export const like = {
  name: 'like',
  group: 'text',
  doc: 'True if the whole text fits the pattern: % any text, _ one code point, \\ takes the next literally; null stays null.',
  example: "lit('spillway').like('%way') // => true",
  sql: "{0} LIKE {1} ESCAPE '\\'",
  infix: 'like',
  arity: [2, 2],
  resolve: patternTest('like'),
} as const satisfies ScalarFunction;
