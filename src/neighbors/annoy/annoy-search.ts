/** Searching an Annoy index: queries in, neighbours out, into arrays or matrices, tuned and put in exact order where asked for. */
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import { findAnnoy } from '../../native/annoy.js';
import type { QueryRows } from '../../native/neighbors.js';
import type { OpenDestinations } from '../destinations.js';
import { openKnnDestinations } from '../destinations.js';
import { countFromOne } from '../results.js';
import type { KnownSearch } from '../search-options.js';
import { memoryOf, reportDone, taskOptions } from '../search-options.js';
import type { OpenedQueries } from '../search-reference.js';
import type { FindRows, FoundRows } from '../write-nearest.js';
import { writeNearest } from '../write-nearest.js';
import type { SearchedAnnoy } from './annoy-queries.js';
import { neighborsOf, openAnnoyQueries } from './annoy-queries.js';
import type { ExactRows } from './annoy-ranking.js';
import {
  candidatesFor,
  exactMetrics,
  openExactRows,
  rankExactly,
  rankingReference,
} from './annoy-ranking.js';
import { tuneSearchK } from './annoy-recall-tuning.js';
import type { AnnoyFacts, AnnoyResult, AnnoyWritten } from './annoy-results.js';
import type { AnnoyQuery, KnownAnnoySearch } from './annoy-search-options.js';

/** An index that is open, with what its metric is. */
export interface OpenedAnnoyIndex extends SearchedAnnoy {
  readonly metric: AnnoyMetric;
  readonly trees: number;
}

/** Queries whose exact order is found at a time, at most. */
const mostRanked = 16_384;

/** @throws EngineError `argument` before anything is computed or written; as `findAnnoy` */
export async function searchAnnoy(
  index: OpenedAnnoyIndex,
  query: AnnoyQuery | undefined,
  known: KnownAnnoySearch,
): Promise<AnnoyResult | AnnoyWritten> {
  const { search, excludeSelf } = known;
  const k = neighborsOf(index, known.k, query === undefined && (excludeSelf ?? true));
  const queries = await openAnnoyQueries(index, query, excludeSelf, search);
  try {
    const exactRows =
      known.rerank === undefined ? undefined : await openExactRows(index, known.rerank, search);
    try {
      return await withRows({ index, queries, k, known, exactRows });
    } finally {
      await exactRows?.close();
    }
  } finally {
    await queries.close();
  }
}

/** A search whose inputs are open. */
interface OpenedSearch {
  readonly index: OpenedAnnoyIndex;
  readonly queries: OpenedQueries;
  readonly k: number;
  readonly known: KnownAnnoySearch;
  readonly exactRows: ExactRows | undefined;
}

async function withRows(opened: OpenedSearch): Promise<AnnoyResult | AnnoyWritten> {
  const { index, queries, k, known, exactRows } = opened;
  const { search, into } = known;
  const files = [index.path, ...queries.files, ...(exactRows?.files ?? [])];
  const highest = index.file.items - 1 + search.base;
  const destinations =
    into === undefined
      ? undefined
      : await openKnnDestinations(into, { rows: queries.rows, k, highest, files });
  try {
    const { find, facts } = await prepared(opened);
    const found =
      destinations === undefined
        ? await inMemory(find, opened)
        : await intoMatrices(find, opened, destinations);
    reportDone(search, queries.rows);
    return { ...found, ...facts };
  } finally {
    await destinations?.close();
  }
}

/** The way to find neighbours, after what has to be found out beforehand. */
async function prepared({ index, queries, k, known, exactRows }: OpenedSearch): Promise<{
  readonly find: FindRows;
  readonly facts: AnnoyFacts;
}> {
  const { search, targetRecall } = known;
  const { metric, file, trees } = index;
  const withSearchK = await finder(index, k, queries.rows, exactRows, search);
  const tuned =
    targetRecall === undefined
      ? undefined
      : await tuneSearchK({ index, queries, k, exactRows, search, find: withSearchK }, targetRecall);
  const searchK = tuned?.searchK ?? known.searchK ?? k * file.roots;
  const facts = { rows: queries.rows, k, metric, exact: false, searchK, trees } as const;
  return {
    find: (asked, watch) => withSearchK(searchK, asked, watch),
    facts: tuned === undefined ? facts : { ...facts, tuned },
  };
}

/** Finds neighbours by collecting so many candidates. */
export type FindWithSearchK = (searchK: number, ...how: Parameters<FindRows>) => Promise<FoundRows>;

async function finder(
  { file, metric }: OpenedAnnoyIndex,
  k: number,
  queries: number,
  exactRows: ExactRows | undefined,
  search: KnownSearch,
): Promise<FindWithSearchK> {
  // Bits are counted exactly as it is.
  if (exactRows === undefined || metric === 'hamming') {
    return (searchK, asked, watch) => findAnnoy(file, asked, { k, searchK }, watch);
  }
  const collected = candidatesFor(k, file.items);
  const asked = { candidates: queries * collected, k };
  const reference = await rankingReference(exactRows, exactMetrics[metric], asked, search);
  return async (searchK, some, watch) => {
    const { index } = await findAnnoy(file, some, { k: collected, searchK }, watch);
    return rankExactly(reference, metric, some, index, k, { signal: watch.signal });
  };
}

async function inMemory(find: FindRows, { queries, k, known, exactRows }: OpenedSearch): Promise<FoundRows> {
  const { search } = known;
  const { rows } = queries;
  const step = exactRows === undefined ? rows : Math.min(rows, mostRanked);
  const whole: FoundRows | undefined =
    step === rows ? undefined : { index: new Uint32Array(rows * k), distance: new Float64Array(rows * k) };
  for (let first = 0; ; first += step) {
    const end = Math.min(rows, first + step);
    const watch = taskOptions(search, 'search', rows, first, end - first);
    const found = await find(askedFor(queries, search, first, end), watch);
    if (search.base === 1) await countFromOne(found.index);
    if (whole === undefined) return { index: found.index, distance: found.distance };
    whole.index.set(found.index, first * k);
    whole.distance.set(found.distance, first * k);
    if (end === rows) return whole;
  }
}

function askedFor(queries: OpenedQueries, search: KnownSearch, first: number, end: number): QueryRows {
  const { points, excludeSelf } = queries;
  const { skipMissing, threads } = search;
  return { queries: points, first, end, excludeSelf, skipMissing, threads };
}

async function intoMatrices(
  find: FindRows,
  { queries, k, known, exactRows }: OpenedSearch,
  destinations: OpenDestinations,
): Promise<Pick<AnnoyWritten, 'into'>> {
  const { search } = known;
  // Two blocks are on their way at a time: one is written while the next is searched.
  const fits = Math.floor(memoryOf(search) / (2 * 12 * k * (exactRows === undefined ? 1 : 3)));
  await writeNearest(find, queries, k, search, Math.max(1, Math.min(fits, 1 << 18)), destinations);
  return { into: destinations.written };
}
