/** The normal distribution: the probability of a value as far out as one seen. */

/** P(|Z| ≥ |z|) for a standard normal Z. */
export function normalTail(z: number): number {
  const x = Math.abs(z);
  if (Number.isNaN(x)) return NaN;
  if (x > 40) return 0;
  return x < 1.5 ? 1 - 2 * density(x) * nearRatio(x) : 2 * density(x) * farRatio(x);
}

/** P(0 ≤ Z ≤ x) / density(x): x + x³/3 + x⁵/15 + …, all terms positive. */
function nearRatio(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; ; n += 2) {
    term *= (x * x) / n;
    const next = sum + term;
    if (next === sum) return sum;
    sum = next;
  }
}

/** P(Z ≥ x) / density(x): a continued fraction, from the inside out. */
function farRatio(x: number): number {
  let fraction = x;
  for (let n = Math.ceil(20 + 600 / (x * x)); n >= 1; n--) fraction = x + n / fraction;
  return 1 / fraction;
}

/** exp(−x²/2) / √2π: the square in two parts, because its rounding would show. */
function density(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return (
    (Math.exp((-coarse * coarse) / 2) * Math.exp((-(x - coarse) * (x + coarse)) / 2)) / Math.sqrt(2 * Math.PI)
  );
}
