/** The options of a search through an Annoy index, checked; and which of two arguments the query is. */
import { checkWhole } from '../../base/assert.js';
import type { ByteSize } from '../../base/byte-size.js';
import { EngineError } from '../../base/engine-error.js';
import type { OnProgress } from '../../base/progress.js';
import { optionsOf } from '../../query/names.js';
import { looksLikeDescriptor } from '../../storage/matrix/descriptor.js';
import type { KnnDestinations } from '../destinations.js';
import type { PointsInput, QueryInput } from '../points-input.js';
import { isDenseRows } from '../points-of-rows.js';
import { isSparseRows } from '../points-of-sparse.js';
import type { KnownSearch } from '../search-options.js';
import { knownSearch } from '../search-options.js';
import { truth } from './annoy-options.js';

/** One vector, as long as the index has dimensions; or many, wherever they are. */
export type AnnoyQuery = QueryInput | readonly number[] | Float32Array | Float64Array;

export interface AnnoySearchOptions {
  /** Neighbours of each query; 10 by default, or as many as there are. */
  readonly k?: number | undefined;
  /** Candidates to collect for each query: more find more and take longer. −1 (default): `k` for each tree, as Annoy has it. */
  readonly searchK?: number | undefined;
  /** Most threads that search; by default all of the pool. Results never depend on it. */
  readonly threads?: number | undefined;
  /** Most memory for queries and for results on their way: bytes or text such as `'64MB'`. Results never depend on it. */
  readonly memory?: ByteSize | undefined;
  /** Matrices to write to, instead of arrays. */
  readonly into?: undefined;
  /** Rows count from 0 (default) or from 1. */
  readonly base?: 0 | 1 | undefined;
  /** Whether an item is left out of its own neighbours. By default, when there is no query. */
  readonly excludeSelf?: boolean | undefined;
  /** Queries with a null, NaN or infinity: an error that names the row (default); or they find nothing. */
  readonly missing?: 'error' | 'skip' | undefined;
  /** Choose `searchK` so that this share of the true neighbours is found, above 0 to 1, going by a sample of the queries. */
  readonly targetRecall?: number | undefined;
  /**
   * `true`: twice as many candidates are found, and put in order by exact distances of doubles from the index's own floats.
   * Or the rows that the index was built from: exact distances from these. Under `angular` a row of zero length has none: as
   * an item it is not found then, as a query it counts as missing.
   */
  readonly rerank?: boolean | PointsInput | undefined;
  /** Called about ten times a second on the JavaScript thread; `rows` are queries answered. */
  readonly onProgress?: OnProgress | undefined;
  /** Stops the search within 100 ms; the call rejects with code `cancelled`. */
  readonly signal?: AbortSignal | undefined;
}

/** Results go to matrices, block by block. */
export interface AnnoySearchIntoOptions extends Omit<AnnoySearchOptions, 'into'> {
  readonly into: KnnDestinations;
}

const names = [
  'k',
  'searchK',
  'threads',
  'memory',
  'into',
  'base',
  'excludeSelf',
  'missing',
  'targetRecall',
  'rerank',
  'onProgress',
  'signal',
] as const satisfies readonly (keyof AnnoySearchOptions)[];

export interface KnownAnnoySearch {
  readonly k: number | undefined;
  /** Undefined: as Annoy has it. */
  readonly searchK: number | undefined;
  readonly into: KnnDestinations | undefined;
  readonly excludeSelf: boolean | undefined;
  readonly targetRecall: number | undefined;
  /** Undefined: not; null: over the index's own items. */
  readonly rerank: PointsInput | null | undefined;
  readonly search: KnownSearch;
}

/** @throws EngineError `argument`; `cancelled` */
export function knownAnnoySearch(options: unknown): KnownAnnoySearch {
  const what = 'search';
  const given = optionsOf(options, names, what) as AnnoySearchOptions | AnnoySearchIntoOptions;
  const { k, searchK, targetRecall, rerank, into } = given;
  if (searchK !== undefined && searchK !== -1) checkWhole('searchK', searchK, 1);
  if (targetRecall !== undefined) {
    checkShare(targetRecall);
    if (searchK !== undefined) {
      throw new EngineError('argument', 'targetRecall chooses searchK itself; give one of the two', {
        detail: { option: 'targetRecall' },
      });
    }
  }
  return {
    k: k === undefined ? undefined : checkWhole('k', k, 1),
    searchK: searchK === -1 ? undefined : searchK,
    into,
    excludeSelf: truth('excludeSelf', given.excludeSelf),
    targetRecall,
    rerank: rerank === false ? undefined : rerank === true ? null : rerank,
    search: knownSearch({ ...given }, what),
  };
}

function checkShare(value: unknown): void {
  if (typeof value === 'number' && value > 0 && value <= 1) return;
  throw new EngineError(
    'argument',
    `targetRecall must be a number above 0 and up to 1, not ${String(value)}`,
    {
      detail: { option: 'targetRecall' },
    },
  );
}

/** Whether an argument holds options rather than rows: a plain object with nothing in it that rows have. */
export function isSearchOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return !('query' in value) && !isDenseRows(value) && !isSparseRows(value) && !looksLikeDescriptor(value);
}
