/** Metrics as users name them: what is valid, what each asks of the columns, how it is shown. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';

/** Numbers of the metrics where they meet the native side and files: append only, never renumber. */
export const metricIds = {
  euclidean: 0,
  sqeuclidean: 1,
  cosine: 2,
  innerProduct: 3,
  manhattan: 4,
  chebyshev: 5,
  minkowski: 6,
  hamming: 7,
  jaccard: 8,
  haversine: 9,
} as const;

export type MetricName = keyof typeof metricIds;

/**
 * How far two rows are from each other; smaller is nearer.
 *
 * `euclidean`, `sqeuclidean` (its square), `cosine` (1 − cos, 0 … 2), `innerProduct` (−x·y), `manhattan`, `chebyshev`,
 * `{ minkowski: p }` with p ≥ 1, `hamming` (coordinates that differ), `jaccard` (1 − both ≠ 0 / either ≠ 0), `haversine`
 * (columns latitude, longitude in degrees; metres).
 */
export type Metric = Exclude<MetricName, 'minkowski'> | { readonly minkowski: number };

/** A metric, checked. */
export interface KnownMetric {
  readonly name: MetricName;
  /** Minkowski's exponent; 2 for the others, which ignore it. */
  readonly p: number;
}

const names = Object.keys(metricIds) as MetricName[];

/**
 * @param what the function that was asked, for messages
 * @throws EngineError `argument` for a metric that there is not, with near names
 */
export function knownMetric(given: unknown, what: string): KnownMetric {
  if (given === undefined) return { name: 'euclidean', p: 2 };
  if (typeof given === 'object' && given !== null && Object.hasOwn(given, 'minkowski')) {
    const p: unknown = (given as { readonly minkowski: unknown }).minkowski;
    if (typeof p === 'number' && p >= 1 && p < Number.POSITIVE_INFINITY) return { name: 'minkowski', p };
    throw new EngineError(
      'argument',
      `${what}: the exponent of minkowski must be a number of at least 1, not ${String(p)}; ` +
        `for the limit of large exponents there is 'chebyshev'`,
      { detail: { option: 'metric' } },
    );
  }
  if (given === 'minkowski') {
    throw new EngineError('argument', `${what}: minkowski needs its exponent: metric: { minkowski: 3 }`, {
      detail: { option: 'metric' },
    });
  }
  const found = names.find((name) => name === given);
  if (found !== undefined) return { name: found, p: 2 };
  const shown = typeof given === 'string' ? JSON.stringify(given) : typeof given;
  const near =
    typeof given === 'string' ? didYouMean(given, names, 'metrics') : `; metrics are ${names.join(', ')}`;
  throw new EngineError('argument', `${what} has no metric ${shown}${near}`, {
    detail: { option: 'metric' },
  });
}

/** The metric as a user writes it. */
export function givenMetric({ name, p }: KnownMetric): Metric {
  return name === 'minkowski' ? { minkowski: p } : name;
}

/** `euclidean`, `minkowski(3)`. */
export function printMetric({ name, p }: KnownMetric): string {
  return name === 'minkowski' ? `minkowski(${String(p)})` : name;
}

export function sameMetric(a: KnownMetric, b: KnownMetric): boolean {
  return a.name === b.name && (a.name !== 'minkowski' || a.p === b.p);
}

/**
 * That rows of so many columns can be compared at all.
 *
 * @param label what the rows are, for the message
 * @throws EngineError `argument` for haversine over anything but two columns
 */
export function checkColumnsFor(metric: KnownMetric, columns: number, label: string): void {
  if (metric.name !== 'haversine' || columns === 2) return;
  throw new EngineError(
    'argument',
    `haversine compares two columns, latitude and longitude in degrees; ${label} has ${String(columns)}`,
    { detail: { columns } },
  );
}
