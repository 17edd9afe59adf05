/** How many candidates a search has to collect to find a share of the true neighbours: found out on some queries, measured on others. */
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import { findAnnoy } from '../../native/annoy.js';
import type { NativeReference, QueryRows } from '../../native/neighbors.js';
import { findNearest, rerankCandidates } from '../../native/neighbors.js';
import type { TaskOptions } from '../../native/task.js';
import type { NeighborLists } from '../recall.js';
import { recall } from '../recall.js';
import type { KnownSearch } from '../search-options.js';
import type { OpenedQueries } from '../search-reference.js';
import type { FoundRows } from '../write-nearest.js';
import type { SearchedAnnoy } from './annoy-queries.js';
import type { ExactRows } from './annoy-ranking.js';
import { exactMetrics, exactReference, openExactRows } from './annoy-ranking.js';
import type { AnnoyTuned } from './annoy-results.js';

/** A search whose `searchK` is wanted. */
export interface TunedSearch {
  readonly index: SearchedAnnoy & { readonly metric: AnnoyMetric };
  readonly queries: OpenedQueries;
  readonly k: number;
  /** What the neighbours are put in order by, if at all. */
  readonly exactRows: ExactRows | undefined;
  readonly search: KnownSearch;
  readonly find: (searchK: number, asked: QueryRows, watch: TaskOptions) => Promise<FoundRows>;
}

/** Queries of the sample come in stretches: neighbours in the file are often alike, and each stretch is one task. */
const stretches = 64;
const stretchRows = 8;
/** Steps stop when what is left is this share of what is known to do. */
const fineness = 32;

/** Rows `first` up to, not including, `end`. */
interface Stretch {
  readonly first: number;
  readonly end: number;
}

/**
 * Doubles `searchK` until the queries of one half of the sample find as much as is asked for, goes back by halves, and then
 * measures on the other half. The sample is spread evenly, and the same in each run.
 */
export async function tuneSearchK(tuned: TunedSearch, target: number): Promise<AnnoyTuned> {
  const { index, k, queries, search } = tuned;
  search.onProgress?.({ rows: 0, bytes: 0, fraction: 0, stage: 'tune' });
  const all = sampleOf(queries.rows);
  const chosenBy = all.filter((_, i) => i % 2 === 0);
  // A single query is measured by itself.
  const heldOut = all.length < 2 ? chosenBy : all.filter((_, i) => i % 2 === 1);
  const measure = await measuring(tuned, rowsOf(all));
  const exact = await measure.exact(chosenBy);
  const enough = async (searchK: number): Promise<boolean> => {
    const { mean, error } = await measure.recall(searchK, chosenBy, exact);
    // By as much as the mean may be off, so that other queries find enough as well.
    return Number.isNaN(mean) || mean - error >= target;
  };
  const everything = index.file.items * index.file.roots;
  let low = 0;
  let high = Math.min(k, everything);
  while (high < everything && !(await enough(high))) {
    low = high;
    high = Math.min(everything, 2 * high);
  }
  while (low > 0 && high - low > Math.max(1, Math.floor(low / fineness))) {
    const middle = Math.floor((low + high) / 2);
    if (await enough(middle)) high = middle;
    else low = middle;
  }
  const { mean } = await measure.recall(high, heldOut, await measure.exact(heldOut));
  return { searchK: high, recall: mean, sample: rowsOf(all), target, reached: mean >= target };
}

function sampleOf(rows: number): readonly Stretch[] {
  const count = Math.min(stretches, rows);
  const length = Math.min(stretchRows, Math.floor(rows / Math.max(1, count)));
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor((i * rows) / count);
    return { first, end: first + length };
  });
}

function rowsOf(parts: readonly Stretch[]): number {
  return parts.reduce((sum, { first, end }) => sum + end - first, 0);
}

interface Measuring {
  /** The true neighbours. */
  exact(parts: readonly Stretch[]): Promise<NeighborLists>;
  /** Mean share found, and its standard error. */
  recall(
    searchK: number,
    parts: readonly Stretch[],
    exact: NeighborLists,
  ): Promise<{ readonly mean: number; readonly error: number }>;
}

async function measuring(tuned: TunedSearch, sample: number): Promise<Measuring> {
  const { index, k, search, find } = tuned;
  const { metric, file } = index;
  const watch = { signal: search.signal };
  const reference = metric === 'hamming' ? undefined : await referenceOf(tuned, exactMetrics[metric], sample);
  // Found rows get the very distances that the true neighbours have, so that it does not matter which of several equally near
  // rows was found.
  const inExactTerms = async (asked: QueryRows, found: FoundRows): Promise<FoundRows> =>
    reference === undefined
      ? found
      : rerankCandidates(reference, { ...asked, skipMissing: true }, found.index, k, watch);
  return {
    exact: (parts) =>
      collected(tuned, parts, (asked) =>
        reference === undefined
          ? findAnnoy(file, asked, { k, searchK: file.items * file.roots }, watch)
          : findNearest(reference, { ...asked, skipMissing: true }, k, watch),
      ),
    async recall(searchK, parts, exact) {
      const lists = await collected(tuned, parts, async (asked) =>
        inExactTerms(asked, await find(searchK, asked, watch)),
      );
      const { perQuery, mean } = await recall(lists, exact, { ties: 'distance' });
      return { mean, error: standardError(perQuery, mean) };
    },
  };
}

async function referenceOf(
  { index, k, exactRows, search }: TunedSearch,
  metric: Parameters<typeof exactReference>[1],
  sample: number,
): Promise<NativeReference> {
  const rows = exactRows ?? (await openExactRows(index, null, search));
  return exactReference(rows, metric, { queries: sample, k }, search);
}

/** What a search finds for each stretch, as one. */
async function collected(
  { queries, k, search }: TunedSearch,
  parts: readonly Stretch[],
  find: (asked: QueryRows) => Promise<FoundRows>,
): Promise<NeighborLists> {
  const { points, excludeSelf } = queries;
  const { skipMissing, threads } = search;
  const rows = rowsOf(parts);
  const index = new Uint32Array(rows * k);
  const distance = new Float64Array(rows * k);
  const found = await Promise.all(
    parts.map(({ first, end }) => find({ queries: points, first, end, excludeSelf, skipMissing, threads })),
  );
  let at = 0;
  for (const part of found) {
    index.set(part.index, at);
    distance.set(part.distance, at);
    at += part.index.length;
  }
  return { index, distance, rows, k };
}

function standardError(shares: Float64Array, mean: number): number {
  let sum = 0;
  let count = 0;
  for (const share of shares) {
    if (Number.isNaN(share)) continue;
    sum += (share - mean) ** 2;
    count += 1;
  }
  return count < 2 ? 0 : Math.sqrt(sum / (count - 1) / count);
}
