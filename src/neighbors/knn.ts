/** knn: the k nearest rows of a reference for each query, exactly. */
import { checkWhole } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import { findNearest } from '../native/neighbors.js';
import type { KnnDestinations, WrittenDestinations } from './destinations.js';
import { openKnnDestinations } from './destinations.js';
import { givenMetric } from './metric.js';
import type { QueryInput } from './points-input.js';
import type { KnnFacts, KnnResult } from './results.js';
import { countFromOne } from './results.js';
import type { KnownSearch, SearchOptions } from './search-options.js';
import { givenOptions, knownSearch, reportDone, taskOptions } from './search-options.js';
import type { OpenedQueries, OpenedReference, ReferenceInput } from './search-reference.js';
import { openQueries, openReference, planFollowed } from './search-reference.js';
import type { FindRows } from './write-nearest.js';
import { writeNearest } from './write-nearest.js';

export interface KnnOptions extends SearchOptions {
  /** Rows to find neighbours for; by default those of the reference itself. */
  readonly query?: QueryInput | undefined;
  /** Neighbours of each query; at most as many as there are rows to find. */
  readonly k: number;
  /** Whether a row is left out of its own neighbours, by its number: equal rows stay. By default, when there is no query. */
  readonly excludeSelf?: boolean | undefined;
  /** Matrices to write to, instead of arrays. */
  readonly into?: undefined;
}

/** Results go to matrices, block by block. */
export interface KnnIntoOptions extends Omit<KnnOptions, 'into'> {
  readonly into: KnnDestinations;
}

/** What `knn` gives when it wrote into matrices. */
export interface KnnWritten extends KnnFacts {
  readonly into: WrittenDestinations;
}

const ownOptions = ['query', 'k', 'excludeSelf', 'into'];

/**
 * The `k` nearest rows of a reference for each query; without a query, for each row of the reference among the others.
 *
 * Exact: distances are those of doubles computed from the values themselves, in one order of operations, so that results
 * are the same bits whatever the threads, memory, method or processor. Ties go to the lower row. Rows count from 0, or from
 * 1 with `base: 1`. `missing: 'skip'` leaves out rows that cannot be compared.
 *
 * Cost: from `rows × queries × columns` multiplications down to a few per query where a tree pays; `result.plan` says which.
 * A reference larger than `memory` is read block by block, once for each block of queries. With `into`, results are written
 * block by block and never held as a whole.
 *
 * @throws EngineError `argument` for anything asked that cannot be (k beyond the rows, other columns, an unknown metric,
 *   destinations of another shape), before anything is computed or written; `data` naming a row that cannot be compared;
 *   `memory` for results that do not fit; `cancelled`
 * @example
 * const rows = [[1, 1], [2, 1], [1, 2], [2, 2], [3, 2], [4, 3]]
 * const near = await knn(rows, { k: 2 })
 * near.index.subarray(0, 4)     // => Uint32Array(4) [1, 2, 0, 3]
 * near.distance.at(-1)          // => 2.23606797749979
 * @example
 * const found = await knn([[0, 0], [3, 4]], { query: [[0, 1]], k: 1, metric: 'manhattan', base: 1 })
 * found.index                   // => Uint32Array(1) [1]
 */
export function knn(reference: ReferenceInput, options: KnnOptions): Promise<KnnResult>;
export function knn(reference: ReferenceInput, options: KnnIntoOptions): Promise<KnnWritten>;
export async function knn(
  reference: ReferenceInput,
  options: KnnOptions | KnnIntoOptions,
): Promise<KnnResult | KnnWritten> {
  const given = givenOptions(options, ownOptions, 'knn') as unknown as KnnOptions | KnnIntoOptions;
  const search = knownSearch({ ...given }, 'knn');
  const k = checkWhole('k', given.k, 1);
  const opened = await openReference(reference, search, 'knn');
  try {
    checkReaches(k, opened, given.excludeSelf ?? given.query === undefined);
    const queries = await openQueries(reference, opened, given.query, given.excludeSelf, search);
    try {
      return given.into === undefined
        ? await nearestInMemory(opened, queries, k, search)
        : await nearestInto(opened, queries, k, search, given.into);
    } finally {
      await queries.close();
    }
  } finally {
    await opened.close();
  }
}

function checkReaches(k: number, { rows, label }: OpenedReference, excludeSelf: boolean): void {
  const most = excludeSelf ? rows - 1 : rows;
  if (k <= most) return;
  const without = excludeSelf ? ', and a row is none of its own neighbours' : '';
  throw new EngineError(
    'argument',
    `k is ${String(k)}, but the reference (${label}) has ${String(rows)} ${rows === 1 ? 'row' : 'rows'}${without}; at most ${String(most)} will do`,
    { detail: { k, rows } },
  );
}

async function nearestInMemory(
  reference: OpenedReference,
  queries: OpenedQueries,
  k: number,
  search: KnownSearch,
): Promise<KnnResult> {
  const native = await reference.ready({ queries: queries.rows, k });
  const { index, distance } = await findNearest(
    native,
    {
      queries: queries.points,
      first: 0,
      end: queries.rows,
      excludeSelf: queries.excludeSelf,
      skipMissing: search.skipMissing,
      threads: search.threads,
    },
    k,
    taskOptions(search, 'search', queries.rows),
  );
  if (search.base === 1) await countFromOne(index);
  reportDone(search, queries.rows);
  const plan = planFollowed(reference, native, { queries: queries.rows, k }, search);
  return { index, distance, rows: queries.rows, k, metric: givenMetric(reference.metric), exact: true, plan };
}

async function nearestInto(
  reference: OpenedReference,
  queries: OpenedQueries,
  k: number,
  search: KnownSearch,
  into: KnnDestinations,
): Promise<KnnWritten> {
  const files = [...reference.files, ...queries.files];
  const highest = reference.rows - 1 + search.base;
  const destinations = await openKnnDestinations(into, { rows: queries.rows, k, highest, files });
  try {
    const native = await reference.ready({ queries: queries.rows, k });
    const plan = planFollowed(reference, native, { queries: queries.rows, k }, search);
    const find: FindRows = (asked, watch) => findNearest(native, asked, k, watch);
    await writeNearest(find, queries, k, search, plan.queryRows, destinations);
    reportDone(search, queries.rows);
    const metric = givenMetric(reference.metric);
    return { rows: queries.rows, k, metric, exact: true, plan, into: destinations.written };
  } finally {
    await destinations.close();
  }
}
