/** The function `eqNull`. */
import type { ScalarFunction } from '../scalar-function.js';
import { nullSafeComparison } from '../signatures/compare-signature.js';

export const eqNull = {
  name: 'eqNull',
  group: 'compare',
  doc: 'True if both are equal or both null; never null.',
  example: 'lit(5).eqNull(5) // => true',
  sql: '{0} IS NOT DISTINCT FROM {1}',
  arity: [2, 2],
  resolve: nullSafeComparison('eqNull'),
} as const satisfies ScalarFunction;
