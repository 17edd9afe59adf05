/** What searches are expected to cost, in thread time: exact ones as the engine's methods say, Annoy's as measured. */
import type { AnnoyMetric } from '../data/annoy-metric.js';
import type { MetricName } from '../data/metric.js';
import type { AnnoyJoinNode } from '../plan/node.js';
import { candidatesOf } from '../plan/nodes/annoy-join.js';

/** The exact search that an index stands in for. */
export const exactMetrics: Readonly<Record<AnnoyMetric, MetricName>> = {
  euclidean: 'euclidean',
  angular: 'cosine',
  manhattan: 'manhattan',
  dot: 'innerProduct',
  hamming: 'hamming',
};

/**
 * Of a search in Annoy's trees, per query: what each candidate takes to be reached and told from those before, what each
 * different one takes to be fetched, and what each of its dimensions takes. As `npm run bench -- annoy` measures it for
 * 200,000 × 64 float32 clustered values in 50 trees, one thread of a Zen 5 at 2.0 to 4.5 GHz.
 */
const PER_CANDIDATE = 2e-8;
const PER_DISTANCE = 1.5e-8;
const PER_DIMENSION = 4e-10;

/** Seconds of thread time that one query of the join is expected to take. */
export function annoyQuerySeconds(join: AnnoyJoinNode): number {
  const { searched } = join;
  const candidates = Math.min(candidatesOf(join), searched.rows * searched.trees);
  // Trees find the same items again: so many draws of so many items.
  const different = searched.rows * -Math.expm1(-candidates / Math.max(1, searched.rows));
  const width = searched.metric === 'hamming' ? searched.columns / 32 : searched.columns;
  return candidates * PER_CANDIDATE + different * (PER_DISTANCE + width * PER_DIMENSION);
}

/** In seconds, building included. */
export function costOf(way: { readonly buildSeconds: number; readonly searchSeconds: number }): number {
  return way.buildSeconds + way.searchSeconds;
}

/** `12 ms`. */
export function printCost(seconds: number): string {
  const [value, unit] =
    seconds < 1e-3 ? [seconds * 1e6, 'µs'] : seconds < 1 ? [seconds * 1e3, 'ms'] : [seconds, 's'];
  return `${value < 10 ? value.toPrecision(2) : value.toFixed(0)} ${unit}`;
}
