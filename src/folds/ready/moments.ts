/** The ready fold `moments`: mean, variance, skewness, kurtosis, least and greatest value. */
import { namedArguments, foldOptions, printArguments } from './fold-arguments.js';
import type { FoldArgument, FoldRecord, KeysOf, NamesOf } from './fold-arguments.js';
import { Pair } from '../linear/pair.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';

/** What a column's values look like. Of a sample: variance by n − 1, skewness and kurtosis without bias. */
export interface Moments {
  /** Values that are not null. */
  readonly n: number;
  /** Nulls. */
  readonly skipped: number;
  /** Null for none. */
  readonly mean: number | null;
  /** Null for fewer than two values. */
  readonly variance: number | null;
  /** Standard deviation: the square root of the variance. */
  readonly sd: number | null;
  /** Null for fewer than three values; NaN where nothing varies. */
  readonly skewness: number | null;
  /** In excess of the normal distribution's; null for fewer than four values; NaN where nothing varies. */
  readonly kurtosis: number | null;
  readonly min: number | null;
  /** NaN, if there is one, is greatest. */
  readonly max: number | null;
}

const where = 'folds.moments';

/**
 * Mean, variance, skewness, kurtosis and range of columns or expressions, by name. Nulls are left out and counted, each
 * column for itself; true counts as 1. NaN and infinities make what depends on them NaN (or infinite: the mean).
 *
 * Powers are summed about a value near the mean, in pairs of floats: stable where the mean is large beside the spread, and
 * the same whatever the threads and batches. 64-bit integers round to floats. State: 136 bytes a column.
 *
 * @example const { delay } = await flights.collectChunked(folds.moments('delay'))
 */
export function moments<const M extends FoldRecord>(
  columns: M,
): ReadyFold<{ readonly [K in keyof M]: Moments }, NamesOf<M[keyof M]>>;
export function moments<const A extends readonly [FoldArgument, ...FoldArgument[]]>(
  ...columns: A
): ReadyFold<{ readonly [K in KeysOf<A>]: Moments }, NamesOf<A[number]>>;
export function moments(...values: readonly unknown[]): ReadyFold<unknown> {
  const { named, options } = namedArguments(values, where);
  foldOptions(options, [], where);
  return readyFold({
    label: `moments(${printArguments(named.map(({ expr }) => expr))})`,
    parts: named.map(({ expr }) => ({
      kind: 'native',
      name: 'moments',
      args: [expr],
      takes: ['number or bool'],
      params: [],
    })),
    fromStates: (states) => Object.fromEntries(named.map(({ name }, i) => [name, decodeMoments(states[i]!)])),
  });
}

/** Reads the state of the native fold: counts, origin, range and sums of powers about the origin. */
function decodeMoments(state: Uint8Array): Moments {
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  const count = (i: number): number => Number(view.getBigUint64(4 + 8 * i, true));
  const real = (i: number): number => view.getFloat64(44 + 8 * i, true);
  const n = count(0);
  const skipped = count(1);
  const [nans, positive, negative] = [count(2), count(3), count(4)];
  const finite = n - nans - positive - negative;
  const none = { n, skipped, mean: null, variance: null, sd: null, skewness: null, kurtosis: null };
  if (n === 0) return { ...none, min: null, max: null };
  const least = finite > 0 ? real(1) : positive > 0 ? Infinity : NaN;
  const greatest = finite > 0 ? real(2) : negative > 0 ? -Infinity : NaN;
  const range = {
    min: negative > 0 ? -Infinity : least,
    max: nans > 0 ? NaN : positive > 0 ? Infinity : greatest,
  };
  if (finite < n) {
    const both = nans > 0 || (positive > 0 && negative > 0);
    return {
      ...none,
      ...range,
      mean: both ? NaN : positive > 0 ? Infinity : -Infinity,
      variance: n > 1 ? NaN : null,
      sd: n > 1 ? NaN : null,
      skewness: n > 2 ? NaN : null,
      kurtosis: n > 3 ? NaN : null,
    };
  }
  const sums = [0, 1, 2, 3].map((p) => new Pair(real(3 + 2 * p), real(4 + 2 * p)));
  return { n, skipped, ...aboutMean(n, real(0), sums), ...range };
}

type Shape = Pick<Moments, 'mean' | 'variance' | 'sd' | 'skewness' | 'kurtosis'>;

/** From sums of powers about an origin to the powers about the mean m = origin + δ, in pairs until the last step. */
function aboutMean(n: number, origin: number, sums: readonly Pair[]): Shape {
  const [s1, s2, s3, s4] = sums as [Pair, Pair, Pair, Pair];
  const copy = (pair: Pair): Pair => new Pair(pair.high, pair.low);
  const times = (a: Pair, b: Pair): Pair => new Pair().addProduct(a.high, a.low, b.high, b.low);
  const delta = copy(s1).divide(n);
  const mean = copy(delta).add(origin).value();
  // Σ(x − m)² = s₂ − δ s₁, Σ(x − m)³ = s₃ − 3 δ s₂ + 2 δ² s₁, Σ(x − m)⁴ = s₄ − 4 δ s₃ + 6 δ² s₂ − 3 δ³ s₁.
  const square = times(delta, delta);
  const first = times(delta, s1);
  const m2 = copy(s2).subtract(first.high, first.low);
  const a3 = times(delta, s2).multiply(3);
  const b3 = times(square, s1).multiply(2);
  const m3 = copy(s3).subtract(a3.high, a3.low).add(b3.high, b3.low);
  const a4 = times(delta, s3).multiply(4);
  const b4 = times(square, s2).multiply(6);
  const c4 = times(times(square, delta), s1).multiply(3);
  const m4 = copy(s4).subtract(a4.high, a4.low).add(b4.high, b4.low).subtract(c4.high, c4.low);
  const spread = Math.max(0, m2.value());
  const variance = n > 1 ? spread / (n - 1) : null;
  const population = spread / n;
  const g1 = m3.value() / n / population ** 1.5;
  const g2 = m4.value() / n / population ** 2 - 3;
  return {
    mean,
    variance,
    sd: variance === null ? null : Math.sqrt(variance),
    skewness: n > 2 ? (g1 * Math.sqrt(n * (n - 1))) / (n - 2) : null,
    kurtosis: n > 3 ? ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * g2 + 6) : null,
  };
}
