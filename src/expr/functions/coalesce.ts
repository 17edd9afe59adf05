/** The function `coalesce`. */
import type { ScalarFunction } from '../scalar-function.js';
import { firstPresent } from '../signatures/logic-signature.js';

export const coalesce = {
  name: 'coalesce',
  group: 'logic',
  doc: 'The first that is not null; null only if all are.',
  example: 'lit(5).coalesce(0) // => 5',
  sql: 'coalesce({*})',
  arity: [1, Infinity],
  resolve: firstPresent('coalesce'),
} as const satisfies ScalarFunction;
