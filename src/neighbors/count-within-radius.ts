/** countWithinRadius: how many rows of a reference are near each query. */
import { EngineError } from '../base/engine-error.js';
import { countWithin } from '../native/neighbors.js';
import type { QueryInput } from './points-input.js';
import type { SearchOptions } from './search-options.js';
import { givenOptions, knownSearch, reportDone, taskOptions } from './search-options.js';
import type { ReferenceInput } from './search-reference.js';
import { openQueries, openReference } from './search-reference.js';

export interface CountOptions extends SearchOptions {
  /** Rows to count neighbours of; by default those of the reference itself. */
  readonly query?: QueryInput | undefined;
  /** The greatest distance that counts, inclusive, in the metric's own unit. */
  readonly radius: number;
  /** Whether a row is left out of its own neighbours, by its number. By default, when there is no query. */
  readonly excludeSelf?: boolean | undefined;
}

/** @throws EngineError `argument` for NaN, and for a negative radius where distances are never negative */
export function checkRadius(radius: unknown, innerProduct: boolean): number {
  if (typeof radius === 'number' && !Number.isNaN(radius) && (radius >= 0 || innerProduct)) return radius;
  const found = typeof radius === 'number' ? String(radius) : typeof radius;
  throw new EngineError(
    'argument',
    `radius must be a number of at least 0, not ${found}; a row is found when its distance is at most the radius`,
    { detail: { option: 'radius' } },
  );
}

/**
 * For each query, how many rows of the reference are at a distance of at most `radius`.
 *
 * Counts are the lengths of the lists of `radiusSearch`; nothing but the counts is held. Options and errors as there.
 *
 * @example
 * const rows = [[1, 0], [0, 1], [1, 1], [2, 1]]
 * await countWithinRadius(rows, { radius: 1.1 })   // => Uint32Array(4) [1, 1, 3, 1]
 */
export async function countWithinRadius(
  reference: ReferenceInput,
  options: CountOptions,
): Promise<Uint32Array> {
  const what = 'countWithinRadius';
  const given = givenOptions(options, ['query', 'radius', 'excludeSelf'], what) as unknown as CountOptions;
  const search = knownSearch({ ...given }, what);
  const opened = await openReference(reference, search, what);
  try {
    const radius = checkRadius(given.radius, opened.metric.name === 'innerProduct');
    const queries = await openQueries(reference, opened, given.query, given.excludeSelf, search);
    try {
      const native = await opened.ready({ queries: queries.rows, k: 0 });
      const counts = await countWithin(
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
        taskOptions(search, 'count', queries.rows),
      );
      reportDone(search, queries.rows);
      return Uint32Array.from(counts);
    } finally {
      await queries.close();
    }
  } finally {
    await opened.close();
  }
}
