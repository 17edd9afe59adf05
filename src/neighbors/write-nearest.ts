/** The k nearest rows of many queries, block by block into destinations: one block is written while the next is searched. */
import type { QueryRows } from '../native/neighbors.js';
import type { TaskOptions } from '../native/task.js';
import type { OpenDestinations } from './destinations.js';
import { countFromOne } from './results.js';
import type { KnownSearch } from './search-options.js';
import { taskOptions } from './search-options.js';
import type { OpenedQueries } from './search-reference.js';

/** Cells that JavaScript hands over at a time, at most. */
const mostCells = 1 << 22;

/** Neighbours by query and rank, [queries × k] row-major. */
export interface FoundRows {
  readonly index: Uint32Array;
  readonly distance: Float64Array;
}

/** Finds the neighbours of some of the queries. */
export type FindRows = (asked: QueryRows, watch: TaskOptions) => Promise<FoundRows>;

/** @param blockRows queries that are searched at a time, at most */
export async function writeNearest(
  find: FindRows,
  queries: OpenedQueries,
  k: number,
  search: Pick<KnownSearch, 'skipMissing' | 'threads' | 'base' | 'signal' | 'onProgress'>,
  blockRows: number,
  destinations: OpenDestinations,
): Promise<void> {
  const { rows } = queries;
  const step = Math.max(1, Math.min(blockRows, Math.floor(mostCells / k)));
  let written = Promise.resolve();
  try {
    for (let first = 0; first < rows; first += step) {
      const end = Math.min(rows, first + step);
      const found = await find(
        {
          queries: queries.points,
          first,
          end,
          excludeSelf: queries.excludeSelf,
          skipMissing: search.skipMissing,
          threads: search.threads,
        },
        taskOptions(search, 'search', rows, first, end - first),
      );
      if (search.base === 1) await countFromOne(found.index);
      await written;
      written = writeBlock(destinations, first * k, found, search.base);
      // A failure is met at the next await; until then it must not count as unhandled.
      written.catch(() => undefined);
    }
  } finally {
    await written;
  }
  await destinations.flush();
}

async function writeBlock(
  { index, distance }: OpenDestinations,
  firstCell: number,
  found: FoundRows,
  base: 0 | 1,
): Promise<void> {
  await index.writeRowNumbers(firstCell, found.index, base);
  await distance?.writeNumbers(firstCell, found.distance);
}
