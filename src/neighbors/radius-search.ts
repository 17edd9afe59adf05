/** radiusSearch: all rows of a reference within a distance of each query, exactly. */
import { findWithin } from '../native/neighbors.js';
import type { CountOptions } from './count-within-radius.js';
import { checkRadius } from './count-within-radius.js';
import type { RadiusDestinations, WrittenDestinations } from './destinations.js';
import { openRadiusDestinations } from './destinations.js';
import { givenMetric } from './metric.js';
import type { RadiusResult, SearchFacts } from './results.js';
import { countFromOne, offsetsOf } from './results.js';
import type { KnownSearch } from './search-options.js';
import { givenOptions, knownSearch, reportDone, taskOptions } from './search-options.js';
import type { OpenedQueries, OpenedReference, ReferenceInput } from './search-reference.js';
import { openQueries, openReference, planFollowed } from './search-reference.js';
import { writeWithin } from './write-within.js';

export interface RadiusOptions extends CountOptions {
  /** Matrices to write to, instead of arrays. */
  readonly into?: undefined;
}

/** Results go to matrices, block by block. */
export interface RadiusIntoOptions extends Omit<RadiusOptions, 'into'> {
  readonly into: RadiusDestinations;
}

/** What `radiusSearch` gives when it wrote into matrices. */
export interface RadiusWritten extends SearchFacts {
  readonly radius: number;
  /** Rows written to `index` (and `distance`), from its first on. */
  readonly matches: number;
  readonly into: WrittenDestinations;
}

/**
 * All rows of the reference at a distance of at most `radius` (inclusive) from each query, nearest first, ties to the lower
 * row; without a query, for each row of the reference among the others.
 *
 * One pass: matches are found once and laid out one query after another. Exactness, ties, missing values and cost as for
 * `knn`. The radius is in the metric's unit: metres for `haversine`, the square for `sqeuclidean`, −x·y for `innerProduct`.
 *
 * With `into`, matches are written as they are found. If the destination is too short for them, the error says how many
 * rows are needed; what was written then is not complete.
 *
 * @throws EngineError `argument` as `knn`, and for a negative radius; `limit` for a destination that is too short; `data`
 *   naming a row that cannot be compared; `memory` for more matches than fit; `cancelled`
 * @example
 * const found = await radiusSearch([[1, 0], [0, 1], [1, 1], [2, 1]], { radius: 1.1, base: 1 })
 * found.offset   // => Float64Array(5) [1, 2, 3, 6, 7]
 * found.index    // => Uint32Array(6) [3, 3, 1, 2, 4, 3]
 */
export function radiusSearch(reference: ReferenceInput, options: RadiusOptions): Promise<RadiusResult>;
export function radiusSearch(reference: ReferenceInput, options: RadiusIntoOptions): Promise<RadiusWritten>;
export async function radiusSearch(
  reference: ReferenceInput,
  options: RadiusOptions | RadiusIntoOptions,
): Promise<RadiusResult | RadiusWritten> {
  const what = 'radiusSearch';
  const own = ['query', 'radius', 'excludeSelf', 'into'];
  const given = givenOptions(options, own, what) as unknown as RadiusOptions | RadiusIntoOptions;
  const search = knownSearch({ ...given }, what);
  const opened = await openReference(reference, search, what);
  try {
    const radius = checkRadius(given.radius, opened.metric.name === 'innerProduct');
    const queries = await openQueries(reference, opened, given.query, given.excludeSelf, search);
    try {
      return given.into === undefined
        ? await withinInMemory(opened, queries, radius, search)
        : await withinInto(opened, queries, radius, search, given.into);
    } finally {
      await queries.close();
    }
  } finally {
    await opened.close();
  }
}

async function withinInMemory(
  reference: OpenedReference,
  queries: OpenedQueries,
  radius: number,
  search: KnownSearch,
): Promise<RadiusResult> {
  const native = await reference.ready({ queries: queries.rows, k: 0 });
  const { counts, index, distance } = await findWithin(
    native,
    {
      queries: queries.points,
      first: 0,
      end: queries.rows,
      excludeSelf: queries.excludeSelf,
      skipMissing: search.skipMissing,
      threads: search.threads,
    },
    radius,
    taskOptions(search, 'search', queries.rows),
  );
  if (search.base === 1) await countFromOne(index);
  const offset = await offsetsOf(counts, search.base);
  reportDone(search, queries.rows);
  const plan = planFollowed(reference, native, { queries: queries.rows, k: undefined }, search);
  const metric = givenMetric(reference.metric);
  return { index, distance, offset, rows: queries.rows, radius, metric, exact: true, plan };
}

async function withinInto(
  reference: OpenedReference,
  queries: OpenedQueries,
  radius: number,
  search: KnownSearch,
  into: RadiusDestinations,
): Promise<RadiusWritten> {
  const files = [...reference.files, ...queries.files];
  const highest = reference.rows - 1 + search.base;
  const destinations = await openRadiusDestinations(into, { rows: queries.rows, highest, files });
  try {
    const native = await reference.ready({ queries: queries.rows, k: 0 });
    const plan = planFollowed(reference, native, { queries: queries.rows, k: undefined }, search);
    const matches = await writeWithin(native, queries, radius, search, plan.memory, destinations);
    reportDone(search, queries.rows);
    const metric = givenMetric(reference.metric);
    return { rows: queries.rows, radius, matches, metric, exact: true, plan, into: destinations.written };
  } finally {
    await destinations.close();
  }
}
