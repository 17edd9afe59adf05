/** The matches within a radius of many queries, block by block into destinations whose length may not suffice. */
import { EngineError } from '../base/engine-error.js';
import type { FoundWithin, NativeReference } from '../native/neighbors.js';
import { countWithin, findWithin } from '../native/neighbors.js';
import type { OpenRadiusDestinations } from './destinations.js';
import { countFromOne, offsetsOf } from './results.js';
import type { KnownSearch } from './search-options.js';
import { taskOptions } from './search-options.js';
import type { OpenedQueries } from './search-reference.js';

/** Queries of the first block; later ones follow from the matches of those before. */
const firstBlock = 4096;
/** Matches that a block should have at most. */
const mostMatches = 1 << 22;
/** Bytes of a match on its way: found, laid out, converted. */
const matchBytes = 48;

/**
 * @param memory bytes that a block's matches should stay below, as far as they can be foreseen
 * @returns matches written
 * @throws EngineError `limit` when the destinations are too short, naming the rows needed; they hold some matches then, and
 *   no offsets
 */
export async function writeWithin(
  reference: NativeReference,
  queries: OpenedQueries,
  radius: number,
  search: KnownSearch,
  memory: number,
  destinations: OpenRadiusDestinations,
): Promise<number> {
  const { rows } = queries;
  const room = destinations.matches;
  const counts = new Float64Array(rows);
  const wanted = Math.max(1, Math.min(mostMatches, memory / 4 / matchBytes));
  let matches = 0;
  let step = firstBlock;
  let written = Promise.resolve();
  try {
    for (let first = 0; first < rows;) {
      const end = Math.min(rows, first + step);
      const asked = {
        queries: queries.points,
        first,
        end,
        excludeSelf: queries.excludeSelf,
        skipMissing: search.skipMissing,
        threads: search.threads,
      };
      const options = taskOptions(search, 'search', rows, first, end - first);
      // Once it is known not to fit, only the number of rows that would do is of interest.
      const found: FoundWithin | undefined =
        matches > room ? undefined : await findWithin(reference, asked, radius, options);
      const blockCounts = found?.counts ?? (await countWithin(reference, asked, radius, options));
      counts.set(blockCounts, first);
      const before = matches;
      for (const count of blockCounts) matches += count;
      if (found !== undefined && matches <= room) {
        if (search.base === 1) await countFromOne(found.index);
        await written;
        written = writeBlock(destinations, before, found, search.base);
        // A failure is met at the next await; until then it must not count as unhandled.
        written.catch(() => undefined);
      }
      first = end;
      step = Math.max(1, Math.min(step * 4, Math.floor(wanted / Math.max(1e-3, matches / end))));
    }
  } finally {
    await written;
  }
  if (matches > room) throw tooShort(matches, room, destinations.index.label);
  checkOffsets(matches + search.base, destinations.offset);
  await destinations.offset.writeNumbers(0, await offsetsOf(counts, search.base));
  await destinations.flush();
  return matches;
}

function checkOffsets(last: number, { label, matrix }: OpenRadiusDestinations['offset']): void {
  if (matrix.type !== 'int32' || last <= 0x7fff_ffff) return;
  throw new EngineError(
    'limit',
    `the last offset is ${String(last)}, which int32 in ${label} cannot hold; make it float64`,
    { detail: { needed: last } },
  );
}

async function writeBlock(
  { index, distance }: OpenRadiusDestinations,
  firstCell: number,
  found: FoundWithin,
  base: 0 | 1,
): Promise<void> {
  await index.writeRowNumbers(firstCell, found.index, base);
  await distance?.writeNumbers(firstCell, found.distance);
}

function tooShort(matches: number, room: number, label: string): EngineError {
  return new EngineError(
    'limit',
    `${String(matches)} matches do not fit ${label}, which has ${String(room)} rows; ` +
      `make the destinations at least ${String(matches)} rows long. What was written is not complete.`,
    { detail: { needed: matches, found: room } },
  );
}
