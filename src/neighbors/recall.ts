/** recall: how much of the true neighbours an approximate search has found. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '../base/engine-error.js';
import { noNeighbor } from '../native/neighbors.js';
import { optionsOf } from '../query/names.js';
import { oneOf } from './search-options.js';

/** Neighbours by query and rank, as `knn` gives them. */
export interface NeighborLists {
  /** [rows × k] row-major, nearest first; `noNeighbor` where there is none. */
  readonly index: Uint32Array;
  readonly rows: number;
  readonly k: number;
  /** [rows × k] row-major. */
  readonly distance?: Float64Array | undefined;
}

export interface RecallOptions {
  /**
   * What counts as found: `index` (default), the same row; or `distance`, any row that is no farther than the last of the
   * true neighbours, so that it does not matter which of several equally near rows was found.
   */
  readonly ties?: 'index' | 'distance' | undefined;
}

export interface Recall {
  /** Share of the true neighbours found, 0 … 1; NaN for a query that has none. */
  readonly perQuery: Float64Array;
  /** Over the queries that have neighbours; NaN when none has. */
  readonly mean: number;
  readonly min: number;
  /** `atK[j − 1]`: the mean when only the first j of both are looked at, j = 1 … k. */
  readonly atK: Float64Array;
}

/** Queries compared in one go. */
const stepRows = 4096;

/**
 * Compares neighbours that were found with the true ones, query by query. Both count rows from the same base. The lists may
 * differ in length: fewer found are fewer right, and more than `exact.k` are not looked at.
 *
 * @throws EngineError `argument` for results of different numbers of queries, or `ties: 'distance'` without distances
 * @example
 * const exact = { index: Uint32Array.of(1, 2, 3, 0, 2, 3), rows: 2, k: 3 }
 * const found = { index: Uint32Array.of(1, 3, 4, 0, 2, 3), rows: 2, k: 3 }
 * const { perQuery, min, atK } = await recall(found, exact)
 * perQuery   // => Float64Array(2) [0.6666666666666666, 1]
 * atK[0]     // => 1
 */
export async function recall(
  approximate: NeighborLists,
  exact: NeighborLists,
  options: RecallOptions = {},
): Promise<Recall> {
  const { ties } = optionsOf(options, ['ties'], 'recall') as RecallOptions;
  const byDistance = oneOf('ties', ties ?? 'index', ['index', 'distance']) === 'distance';
  checkLists(approximate, 'approximate', byDistance);
  checkLists(exact, 'exact', byDistance);
  const { rows, k } = exact;
  if (approximate.rows !== rows) {
    throw new EngineError(
      'argument',
      `recall compares the same queries; approximate has ${String(approximate.rows)}, exact has ${String(rows)}`,
    );
  }
  const perQuery = new Float64Array(rows);
  const sums = new Float64Array(k);
  const shares = new Float64Array(k);
  let sum = 0;
  let min = Number.NaN;
  let counted = 0;
  for (let i = 0; i < rows; i++) {
    if (byDistance) sharesByDistance(approximate, exact, i, shares);
    else sharesByIndex(approximate, exact, i, shares);
    const share = shares[k - 1]!;
    perQuery[i] = share;
    if (!Number.isNaN(share)) {
      sum += share;
      counted += 1;
      min = Number.isNaN(min) ? share : Math.min(min, share);
      for (let j = 0; j < k; j++) sums[j] = sums[j]! + shares[j]!;
    }
    if (i % stepRows === stepRows - 1) await nextTurn();
  }
  return { perQuery, mean: sum / counted, min, atK: sums.map((total) => total / counted) };
}

function checkLists({ index, rows, k, distance }: NeighborLists, name: string, withDistance: boolean): void {
  if (!(index instanceof Uint32Array) || index.length !== rows * k || k < 1) {
    throw new EngineError('argument', `${name} must have an index of rows × k, at least one neighbour each`);
  }
  if (!withDistance || (distance instanceof Float64Array && distance.length === rows * k)) return;
  throw new EngineError('argument', `ties: 'distance' needs the distances of ${name}, rows × k of them`);
}

/** Shares of the first 1 … k found; both lists are taken in step, so that a row counts once it is in both. */
function sharesByIndex(
  approximate: NeighborLists,
  exact: NeighborLists,
  query: number,
  shares: Float64Array,
): void {
  const found = new Set<number>();
  const wanted = new Set<number>();
  let both = 0;
  for (let j = 0; j < exact.k; j++) {
    const row = exact.index[query * exact.k + j]!;
    if (row !== noNeighbor && !wanted.has(row)) {
      wanted.add(row);
      if (found.has(row)) both += 1;
    }
    const other = j < approximate.k ? approximate.index[query * approximate.k + j]! : noNeighbor;
    if (other !== noNeighbor && !found.has(other)) {
      found.add(other);
      if (wanted.has(other)) both += 1;
    }
    shares[j] = wanted.size === 0 ? Number.NaN : both / wanted.size;
  }
}

function sharesByDistance(
  approximate: NeighborLists,
  exact: NeighborLists,
  query: number,
  shares: Float64Array,
): void {
  const seen = new Set<number>();
  let far: number[] = [];
  let near = 0;
  let wanted = 0;
  let farthest = Number.NaN;
  for (let j = 0; j < exact.k; j++) {
    const at = query * exact.k + j;
    if (exact.index[at] !== noNeighbor) {
      wanted += 1;
      farthest = exact.distance![at]!;
    }
    const other = query * approximate.k + j;
    const row = j < approximate.k ? approximate.index[other]! : noNeighbor;
    if (row !== noNeighbor && !seen.has(row)) {
      seen.add(row);
      far.push(approximate.distance![other]!);
    }
    const stillFar = far.filter((distance) => !(distance <= farthest));
    near += far.length - stillFar.length;
    far = stillFar;
    shares[j] = wanted === 0 ? Number.NaN : Math.min(1, near / wanted);
  }
}
