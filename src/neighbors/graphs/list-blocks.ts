/** The k nearest of every row of a reference, in blocks of rows: the next block is searched while one is used. */
import type { NativeReference } from '../../native/neighbors.js';
import { findNearest } from '../../native/neighbors.js';
import type { KnownSearch } from '../search-options.js';
import { taskOptions } from '../search-options.js';

/** Neighbours of rows from `firstRow` on, k cells each; `noNeighbor` and NaN where there is none. Owned by who gets it. */
export interface ListBlock {
  readonly firstRow: number;
  readonly index: Uint32Array;
  readonly distance: Float64Array;
}

export interface ListsAsked {
  readonly reference: NativeReference;
  readonly k: number;
  readonly excludeSelf: boolean;
  readonly search: KnownSearch;
  /** Bytes that blocks on their way should stay below. */
  readonly memory: number;
}

/** Of a cell: a row number and a distance. */
const cellBytes = 12;

/** Rows of a block: all of them where they fit, since a whole self-search looks at each pair once. */
function blockRows({ reference, k, memory }: ListsAsked): number {
  if (reference.rows * k * cellBytes <= memory / 2) return reference.rows;
  return Math.max(1, Math.floor(memory / 8 / cellBytes / k));
}

/** Rows ascend from block to block. @throws EngineError as searching does */
export async function* listBlocks(asked: ListsAsked): AsyncGenerator<ListBlock> {
  const { reference, k, excludeSelf, search } = asked;
  const { rows } = reference;
  const step = blockRows(asked);
  const searched = (first: number): Promise<ListBlock> | undefined => {
    if (first >= rows) return undefined;
    const end = Math.min(rows, first + step);
    const { skipMissing, threads } = search;
    const found = findNearest(
      reference,
      { queries: null, first, end, excludeSelf, skipMissing, threads },
      k,
      taskOptions(search, 'search', rows, first, end - first),
    ).then(({ index, distance }) => ({ firstRow: first, index, distance }));
    // A failure is met when the block is asked for; until then it must not count as unhandled.
    found.catch(() => undefined);
    return found;
  };
  let next = searched(0);
  try {
    for (let first = 0; next !== undefined; first += step) {
      const block = await next;
      next = searched(first + step);
      yield block;
    }
  } finally {
    await next?.catch(() => undefined);
  }
}
