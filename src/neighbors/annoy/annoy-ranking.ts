/** Exact distances beside an Annoy index: its metrics as the exact searches have them, over its items or the rows it was built from. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '../../base/engine-error.js';
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import type { MetricName } from '../../data/metric.js';
import { annoyItems } from '../../native/annoy.js';
import type { NativePoints, NativeReference, QueryRows } from '../../native/neighbors.js';
import { makeReference, rerankCandidates } from '../../native/neighbors.js';
import type { TaskOptions } from '../../native/task.js';
import type { KnownInput, PointsInput, ResolvedPoints } from '../points-input.js';
import { knownInput, resolveKnown, shapeOfInput } from '../points-input.js';
import type { KnownSearch } from '../search-options.js';
import { memoryOf, taskOptions } from '../search-options.js';
import type { FoundRows } from '../write-nearest.js';
import type { SearchedAnnoy } from './annoy-queries.js';

/** The exact metric by which rows are in the same order. `hamming` has none: an index's own distances are exact there. */
export const exactMetrics: Readonly<Record<Exclude<AnnoyMetric, 'hamming'>, MetricName>> = {
  euclidean: 'euclidean',
  angular: 'cosine',
  manhattan: 'manhattan',
  dot: 'innerProduct',
};

/** Candidates for each neighbour that is wanted. */
const candidatesEach = 2;

/** Rows that exact distances are computed from. */
export interface ExactRows {
  readonly points: NativePoints;
  /** Files that are read. */
  readonly files: readonly string[];
  close(): Promise<void>;
}

/**
 * @param given null: the index's own items
 * @throws EngineError `argument` for rows that the index cannot have been built from
 */
export async function openExactRows(
  { file, label }: SearchedAnnoy,
  given: PointsInput | null,
  search: KnownSearch,
): Promise<ExactRows> {
  if (given === null) return { points: annoyItems(file), files: [], close: async () => undefined };
  const known = knownInput(given, 'the reference');
  const shape = shapeOfInput(known);
  const check = (rows: number | undefined): void => {
    if (shape.cols === file.dimension && (rows ?? file.items) === file.items) return;
    const found = `${rows === undefined ? '?' : String(rows)} × ${String(shape.cols)}`;
    throw new EngineError(
      'argument',
      `rerank is given ${found} (${shape.label}), but the index (${label}) has ${String(file.items)} × ${String(file.dimension)}; ` +
        'give the rows that it was built from, or true',
      { detail: { option: 'rerank', rows, cols: shape.cols } },
    );
  };
  check(shape.rows);
  const resolved = await resolveRows(known, search);
  try {
    check(resolved.rows);
  } catch (error) {
    await resolved.close();
    throw error;
  }
  return resolved;
}

function resolveRows(known: KnownInput, search: KnownSearch): Promise<ResolvedPoints> {
  const { threads, signal } = search;
  return resolveKnown(known, 'the reference', { memory: memoryOf(search), threads, signal });
}

/** The rows made ready, in whatever way suits so many queries. Rows that cannot be compared are never found. */
export function exactReference(
  { points }: ExactRows,
  metric: MetricName,
  asked: { readonly queries: number; readonly k: number },
  search: KnownSearch,
): Promise<NativeReference> {
  const { threads, memory } = search;
  const wishes = {
    metric,
    skipMissing: true,
    threads,
    memory,
    expectedQueries: asked.queries,
    expectedK: asked.k,
  };
  return makeReference(points, wishes, taskOptions(search, 'prepare', points.rows));
}

/** Rows larger than this are not read into memory for the sake of a few candidates. */
const smallBytes = 1 << 24;
/** What is allowed then: too little for the rows as a whole, so that each candidate is read where it lies. */
const placeBytes = 1 << 20;

/** The rows made ready to look at so many candidates: as a whole where most of them are looked at, else one by one. */
export function rankingReference(
  rows: ExactRows,
  metric: MetricName,
  asked: { readonly candidates: number; readonly k: number },
  search: KnownSearch,
): Promise<NativeReference> {
  const { rows: count, columns } = rows.points;
  const few = 4 * asked.candidates < count && count * columns * 4 > smallBytes;
  const memory = few ? placeBytes : search.memory;
  // No index pays: each candidate is looked at once.
  return exactReference(rows, metric, { queries: 1, k: asked.k }, { ...search, memory });
}

/** How many candidates are put in order to get `k`. */
export function candidatesFor(k: number, items: number): number {
  return Math.min(items, k * candidatesEach);
}

/** Candidates in the order of their exact distances, which are the index's metric in doubles. */
export async function rankExactly(
  reference: NativeReference,
  metric: AnnoyMetric,
  asked: QueryRows,
  candidates: Uint32Array,
  k: number,
  watch?: TaskOptions,
): Promise<FoundRows> {
  const found = await rerankCandidates(reference, asked, candidates, k, watch);
  await toAnnoyDistances(metric, found.distance);
  return found;
}

/** Numbers changed in one go, so that it never holds up this thread for long. */
const stepValues = 1 << 19;

/** Exact distances as the index's metric has them, in place. */
async function toAnnoyDistances(metric: AnnoyMetric, distance: Float64Array): Promise<void> {
  if (metric !== 'angular' && metric !== 'dot') return;
  for (let from = 0; from < distance.length; from += stepValues) {
    const end = Math.min(distance.length, from + stepValues);
    if (metric === 'angular') {
      // √(2 − 2 cos) of 1 − cos, which rounding may have made a little less than nothing.
      for (let i = from; i < end; i++) distance[i] = Math.sqrt(Math.max(0, 2 * distance[i]!));
    } else {
      for (let i = from; i < end; i++) distance[i] = 0 - distance[i]!;
    }
    if (end < distance.length) await nextTurn();
  }
}
