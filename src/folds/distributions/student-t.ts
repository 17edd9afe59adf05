/** Student's t distribution: the probability of a value as far out as one seen. */
import { incompleteBeta } from './incomplete-beta.js';

/** P(|T| ≥ |t|) for T with `df` degrees of freedom; NaN without any. */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return NaN;
  if (!Number.isFinite(t)) return 0;
  // Not t²: it may overflow.
  const ratio = Math.abs(t) / Math.sqrt(df);
  const cosine = 1 / Math.hypot(1, ratio);
  const sine = ratio * cosine;
  return incompleteBeta(cosine * cosine, sine * sine, df / 2, 0.5);
}
