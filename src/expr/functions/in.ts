/** The function `in`. */
import type { ScalarFunction } from '../scalar-function.js';
import { membership } from '../signatures/compare-signature.js';

export const inFunction = {
  name: 'in',
  group: 'compare',
  doc: 'True if it equals one of the values; null if it is null, or if none is equal and one is null; false for no values.',
  example: "lit('a').in(['a', 'b']) // => true",
  sql: '{0} IN ({1*})',
  arity: [1, Infinity],
  resolve: membership('in'),
} as const satisfies ScalarFunction;
