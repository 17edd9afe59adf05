/** What searches give: the types of their results, and the change of base. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { noNeighbor } from '../native/neighbors.js';
import type { KnnPlan } from './knn-plan.js';
import type { Metric } from './metric.js';

/** What every result says of the search. */
export interface SearchFacts {
  /** Queries answered. */
  readonly rows: number;
  readonly metric: Metric;
  /** Always true: every distance is computed in doubles from the values themselves. */
  readonly exact: true;
  /** How the search was carried out. */
  readonly plan: KnnPlan;
}

/** The k nearest rows of each query. */
export interface KnnFacts extends SearchFacts {
  readonly k: number;
}

/**
 * The k nearest rows of each query, nearest first; equal distances by lower row.
 *
 * Rank `j` of query `i` is at `i * k + j`. A cell without a neighbour (rows were skipped, so that fewer than k were left, or
 * the query itself was) holds `noNeighbor` and NaN.
 */
export interface KnnResult extends KnnFacts {
  /** [rows × k] row-major. */
  readonly index: Uint32Array;
  /** [rows × k] row-major. */
  readonly distance: Float64Array;
}

/** The rows within a radius of each query. Those of query `i` are at `offset[i]` up to `offset[i + 1]`. */
export interface RadiusResult extends SearchFacts {
  readonly radius: number;
  /** Nearest first within each query; equal distances by lower row. */
  readonly index: Uint32Array;
  readonly distance: Float64Array;
  /** One more than queries. With `base: 1` it counts from 1, as `index` does. */
  readonly offset: Float64Array;
}

/** Numbers changed in one go, so that it never holds up this thread for long. */
const stepValues = 1 << 20;

/** Row numbers that count from 1, in place; cells without a neighbour stay as they are. */
export async function countFromOne(index: Uint32Array): Promise<void> {
  for (let from = 0; from < index.length; from += stepValues) {
    const end = Math.min(index.length, from + stepValues);
    for (let i = from; i < end; i++) {
      const row = index[i]!;
      if (row !== noNeighbor) index[i] = row + 1;
    }
    if (end < index.length) await nextTurn();
  }
}

/** Where the matches of each query begin, and where the last ones end. */
export async function offsetsOf(counts: Float64Array, base: 0 | 1): Promise<Float64Array> {
  const offset = new Float64Array(counts.length + 1);
  let at: number = base;
  offset[0] = at;
  for (let from = 0; from < counts.length; from += stepValues) {
    const end = Math.min(counts.length, from + stepValues);
    for (let i = from; i < end; i++) {
      at += counts[i]!;
      offset[i + 1] = at;
    }
    if (end < counts.length) await nextTurn();
  }
  return offset;
}
