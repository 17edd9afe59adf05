/** incompleteBeta: the regularized incomplete beta function, to about 14 digits also far out in its tails. */

/**
 * I_x(a, b) for a, b > 0.
 *
 * @param x between 0 and 1
 * @param y 1 − x, given apart because the difference would lose digits where x is near 1
 */
export function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (Number.isNaN(x + y + a + b)) return NaN;
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // The fraction converges fast below the mean; above it, the other tail is the small one.
  return x <= (a + 1) / (a + b + 2) ? lowerTail(x, y, a, b) : 1 - lowerTail(y, x, b, a);
}

function lowerTail(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  // How far a is above its expectation n x, from whichever of x and y is the small one and so the exact one.
  const above = y < x ? n * y - b : a - n * x;
  // x^a y^b / B(a, b), without ever taking the difference of large logarithms (Loader's form of the binomial).
  const exponent =
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    deviance(a, n * x, above) -
    deviance(b, n * y, -above);
  return (Math.exp(exponent) * Math.sqrt((a * b) / (2 * Math.PI * n))) / fraction(x, y, a, b, above);
}

/** log Γ(n + 1) less Stirling's approximation to it. */
function stirlingError(n: number): number {
  let shift = 0;
  let at = n;
  // Small arguments go up one by one: error(n) = error(n + 1) + (n + 1/2) log(1 + 1/n) − 1.
  for (; at < 16; at++) shift += (at + 0.5) * Math.log1p(1 / at) - 1;
  const s = 1 / (at * at);
  return (
    shift +
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - (691 / 360_360) * s) * s) * s) * s) * s) / at
  );
}

/** a log(a / m) + m − a, exact also where a is near m; above = a − m. */
function deviance(a: number, m: number, above: number): number {
  if (Math.abs(above) >= 0.1 * (a + m)) return a * Math.log(a / m) - above;
  const v = above / (a + m);
  let sum = above * v;
  let term = 2 * a * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/** The continued fraction of Didonato and Morris, which takes 1 − x where x is near 1; by Lentz's method. */
function fraction(x: number, y: number, a: number, b: number, above: number): number {
  const tiny = 1e-300;
  const guarded = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let result = guarded((a / (a + 1)) * (above + 1));
  let c = result;
  let d = 0;
  // It takes about as many steps as the root of the larger parameter.
  const most = 1000 + 20 * Math.sqrt(Math.max(a, b));
  for (let n = 1; n <= most; n++) {
    const w = (n * (b - n) * x) / (a + 2 * n - 1);
    const alpha = ((a + n - 1) / (a + 2 * n - 1)) * (a + b + n - 1) * w * x;
    const beta = n + w + ((a + n) / (a + 2 * n + 1)) * (above + 1 + n * (1 + y));
    d = 1 / guarded(beta + alpha * d);
    c = guarded(beta + alpha / c);
    result *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return result;
}
