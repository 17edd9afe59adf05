/** rerank: candidates found by other means, put in order by their exact distances. */
import { checkWhole } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import { noNeighbor, rerankCandidates } from '../native/neighbors.js';
import { givenMetric } from './metric.js';
import type { QueryInput } from './points-input.js';
import type { KnnResult } from './results.js';
import { countFromOne } from './results.js';
import type { SearchOptions } from './search-options.js';
import { givenOptions, knownSearch, reportDone, taskOptions } from './search-options.js';
import type { ReferenceInput } from './search-reference.js';
import { openQueries, openReference, planFollowed } from './search-reference.js';

/** Some rows of the reference for each query. */
export interface Candidates {
  /** [rows × k] row-major; `noNeighbor` is none, a row given twice counts once. */
  readonly index: Uint32Array;
  readonly rows: number;
  /** Candidates of each query. */
  readonly k: number;
}

export interface RerankOptions extends SearchOptions {
  readonly reference: ReferenceInput;
  /** Rows that the candidates are for; by default those of the reference itself. */
  readonly query?: QueryInput | undefined;
  /** Nearest kept of each query; by default as many as there are candidates. */
  readonly k?: number | undefined;
  /** Whether a row is left out of its own neighbours. By default, when there is no query. */
  readonly excludeSelf?: boolean | undefined;
}

/**
 * The `k` nearest among the candidates of each query, with exact distances, in the order of `knn`: a list that holds the
 * true neighbours gives the result of `knn`, to the bit. Candidates count rows from `base`, as the result does.
 *
 * Cost: one distance for each candidate, and reading the reference as it is.
 *
 * @throws EngineError `argument` for candidates of another number of queries, `data` naming query and rank of a candidate
 *   that is no row of the reference, else as `knn`
 * @example
 * const candidates = { index: Uint32Array.of(2, 1, 0, 2), rows: 2, k: 2 }
 * const { index } = await rerank(candidates, { reference: [[0], [1], [5]], query: [[0.2], [4]], k: 1 })
 * index   // => Uint32Array(2) [1, 2]
 */
export async function rerank(candidates: Candidates, options: RerankOptions): Promise<KnnResult> {
  const own = ['reference', 'query', 'k', 'excludeSelf'];
  const given = givenOptions(options, own, 'rerank') as unknown as RerankOptions;
  const search = knownSearch({ ...given }, 'rerank');
  if (given.reference === undefined) {
    throw new EngineError('argument', 'rerank needs the reference: rerank(candidates, { reference })');
  }
  checkCandidates(candidates);
  const k = given.k === undefined ? candidates.k : checkWhole('k', given.k, 1, candidates.k);
  const opened = await openReference(given.reference, search, 'rerank');
  try {
    const queries = await openQueries(given.reference, opened, given.query, given.excludeSelf, search);
    try {
      if (queries.rows !== candidates.rows) {
        throw new EngineError(
          'argument',
          `there are candidates for ${String(candidates.rows)} queries, but ${String(queries.rows)} queries`,
          { detail: { candidates: candidates.rows, queries: queries.rows } },
        );
      }
      // No index pays: each candidate is looked at once.
      const native = await opened.ready({ queries: 1, k });
      const { index, distance } = await rerankCandidates(
        native,
        {
          queries: queries.points,
          first: 0,
          end: queries.rows,
          excludeSelf: queries.excludeSelf,
          skipMissing: search.skipMissing,
          threads: search.threads,
        },
        search.base === 1 ? countedFromZero(candidates.index, candidates.k) : candidates.index,
        k,
        taskOptions(search, 'rerank', queries.rows),
      );
      if (search.base === 1) await countFromOne(index);
      reportDone(search, queries.rows);
      const plan = planFollowed(opened, native, { queries: queries.rows, k }, search);
      return {
        index,
        distance,
        rows: queries.rows,
        k,
        metric: givenMetric(opened.metric),
        exact: true,
        plan,
      };
    } finally {
      await queries.close();
    }
  } finally {
    await opened.close();
  }
}

function checkCandidates(candidates: unknown): asserts candidates is Candidates {
  if (typeof candidates === 'object' && candidates !== null) {
    const { index, rows, k } = candidates as Partial<Candidates>;
    if (index instanceof Uint32Array && typeof rows === 'number' && typeof k === 'number' && k >= 1) {
      if (index.length === rows * k) return;
    }
  }
  throw new EngineError(
    'argument',
    'candidates are { index: Uint32Array, rows, k } with rows × k numbers of rows, as searches give them',
  );
}

function countedFromZero(index: Uint32Array, perQuery: number): Uint32Array {
  return index.map((row, at) => {
    if (row === noNeighbor) return row;
    if (row !== 0) return row - 1;
    const query = Math.floor(at / perQuery);
    throw new EngineError(
      'data',
      `query ${String(query)}, candidate ${String(at % perQuery)} is row 0, but rows count from 1`,
      { detail: { query } },
    );
  });
}
