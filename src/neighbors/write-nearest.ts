/** The k nearest rows of many queries, block by block into destinations: one block is written while the next is searched. */
import type { NativeReference } from '../native/neighbors.js';
import { findNearest } from '../native/neighbors.js';
import type { OpenDestinations } from './destinations.js';
import { countFromOne } from './results.js';
import type { KnownSearch } from './search-options.js';
import { taskOptions } from './search-options.js';
import type { OpenedQueries } from './search-reference.js';

/** Cells that JavaScript hands over at a time, at most. */
const mostCells = 1 << 22;

/** @param blockRows queries that are searched at a time, at most */
export async function writeNearest(
  reference: NativeReference,
  queries: OpenedQueries,
  k: number,
  search: KnownSearch,
  blockRows: number,
  destinations: OpenDestinations,
): Promise<void> {
  const { rows } = queries;
  const step = Math.max(1, Math.min(blockRows, Math.floor(mostCells / k)));
  let written = Promise.resolve();
  try {
    for (let first = 0; first < rows; first += step) {
      const end = Math.min(rows, first + step);
      const found = await findNearest(
        reference,
        {
          queries: queries.points,
          first,
          end,
          excludeSelf: queries.excludeSelf,
          skipMissing: search.skipMissing,
          threads: search.threads,
        },
        k,
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
  found: { readonly index: Uint32Array; readonly distance: Float64Array },
  base: 0 | 1,
): Promise<void> {
  await index.writeRowNumbers(firstCell, found.index, base);
  await distance?.writeNumbers(firstCell, found.distance);
}
