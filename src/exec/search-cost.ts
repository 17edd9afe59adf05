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
 * Of a search in Annoy's trees, per query: a node on the way down each tree, then what a candidate takes to be reached, told
 * from those before, fetched and measured, and what each of its dimensions adds. As `npm run bench:native -- annoy_search`
 * measures it on one thread of a Zen 5: with 200,000 clustered rows of 64 columns in 50 trees 85, 285 and 1,040 µs for
 * searchK 1,000, 5,000 and 20,000; 8 columns take up to 1.8 × what this tells. Other widths were not measured.
 */
const PER_NODE = 6e-8;
const PER_CANDIDATE = 4.5e-8;
const PER_DIMENSION = 1e-10;

/** Seconds of thread time that one query of the join is expected to take. */
export function annoyQuerySeconds(join: AnnoyJoinNode): number {
  const { searched } = join;
  const candidates = Math.min(candidatesOf(join), searched.rows * searched.trees);
  const width = searched.metric === 'hamming' ? searched.columns / 32 : searched.columns;
  const levels = Math.max(1, Math.log2(searched.rows / (width + 2)));
  return searched.trees * levels * PER_NODE + candidates * (PER_CANDIDATE + width * PER_DIMENSION);
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
