/** The function `concat`. */
import type { ScalarFunction } from '../scalar-function.js';
import { textToText } from '../signatures/text-signature.js';

export const concat = {
  name: 'concat',
  group: 'text',
  doc: 'The texts one after the other; null if one is.',
  example: "lit('a').concat('b', 'c') // => 'abc'",
  sql: '{||}',
  arity: [1, Infinity],
  resolve: textToText('concat'),
} as const satisfies ScalarFunction;
