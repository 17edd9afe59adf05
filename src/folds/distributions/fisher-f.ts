/** Fisher's F distribution: the probability of a ratio as large as one seen. */
import { incompleteBeta } from './incomplete-beta.js';

/** P(F ≥ f) for F with `df1` and `df2` degrees of freedom; NaN without any. */
export function fisherTail(f: number, df1: number, df2: number): number {
  if (Number.isNaN(f) || !(df1 > 0) || !(df2 > 0)) return NaN;
  if (f <= 0) return 1;
  const ratio = (df1 / df2) * f;
  if (!Number.isFinite(ratio)) return 0;
  return incompleteBeta(1 / (1 + ratio), ratio / (1 + ratio), df2 / 2, df1 / 2);
}
