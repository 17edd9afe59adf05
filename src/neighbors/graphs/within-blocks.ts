/** The rows within a radius of every row of a reference, in blocks of rows that fit the memory. */
import type { NativeReference } from '../../native/neighbors.js';
import { findWithin } from '../../native/neighbors.js';
import type { KnownSearch } from '../search-options.js';
import { taskOptions } from '../search-options.js';

/** Matches of the rows from `firstRow` on: how many each has, then all of them. Owned by who gets it. */
export interface WithinBlock {
  readonly firstRow: number;
  readonly counts: Float64Array;
  readonly index: Uint32Array;
  readonly distance: Float64Array;
}

/** Rows of the first block; later ones follow from the matches of those before. */
const firstBlock = 2048;
/** Of a match on its way: found, and laid out. */
const matchBytes = 24;

/** @param memory bytes that a block's matches should stay below, as far as they can be foreseen */
export async function* withinBlocks(
  reference: NativeReference,
  radius: number,
  search: KnownSearch,
  memory: number,
): AsyncGenerator<WithinBlock> {
  const { rows } = reference;
  const wanted = Math.max(1, memory / 4 / matchBytes);
  const { skipMissing, threads } = search;
  let matches = 0;
  let step = firstBlock;
  for (let first = 0; first < rows; first += step) {
    if (first > 0) step = Math.max(1, Math.floor(wanted / Math.max(0.1, matches / first)));
    const end = Math.min(rows, first + step);
    const asked = { queries: null, first, end, excludeSelf: true, skipMissing, threads };
    const found = await findWithin(
      reference,
      asked,
      radius,
      taskOptions(search, 'search', rows, first, end - first),
    );
    matches += found.index.length;
    yield { firstRow: first, ...found };
  }
}

/** The row of every match of rows first … end of a block. */
export function rowsOfMatches({ firstRow, counts }: WithinBlock, first: number, end: number): Uint32Array {
  let total = 0;
  for (let row = first; row < end; row++) total += counts[row]!;
  const from = new Uint32Array(total);
  for (let row = first, at = 0; row < end; row++) {
    from.fill(firstRow + row, at, at + counts[row]!);
    at += counts[row]!;
  }
  return from;
}
