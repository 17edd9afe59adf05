/** Matches of rows as edges of a graph: each row's by the row that they lead to. */
import type { FoundWithin } from '../../native/neighbors.js';

/** Edges of rows, and how many each has. */
export interface EdgesByRow {
  readonly counts: Uint32Array;
  readonly to: Uint32Array;
  readonly value: Float64Array;
}

/** Edges handled between two turns of the event loop. */
const stepEdges = 2 ** 16;

/** A row number and a place in a list of at most so many entries are one number that a double holds exactly. */
const placeLimit = 2 ** 21;

/**
 * @param first the row that the matches begin with
 * @param once only edges to the row itself and to later ones
 */
export async function edgesByRow(found: FoundWithin, first: number, once: boolean): Promise<EdgesByRow> {
  const counts = new Uint32Array(found.counts.length);
  const to = new Uint32Array(found.index.length);
  const value = new Float64Array(found.index.length);
  let from = 0;
  let written = 0;
  let untilTurn = stepEdges;
  for (let i = 0; i < counts.length; i++) {
    const end = from + found.counts[i]!;
    const least = once ? first + i : 0;
    const before = written;
    for (const place of placesByRow(found.index.subarray(from, end))) {
      const row = found.index[from + place]!;
      if (row < least) continue;
      to[written] = row;
      value[written] = found.distance[from + place]!;
      written += 1;
    }
    counts[i] = written - before;
    untilTurn -= end - from + 1;
    from = end;
    if (untilTurn > 0) continue;
    untilTurn = stepEdges;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return { counts, to: to.subarray(0, written), value: value.subarray(0, written) };
}

/** Places in a list of row numbers, by those. */
function placesByRow(rows: Uint32Array): Float64Array | Uint32Array {
  if (rows.length > placeLimit)
    return Uint32Array.from(rows, (_, place) => place).sort((a, b) => rows[a]! - rows[b]!);
  const keys = Float64Array.from(rows, (row, place) => row * placeLimit + place).sort();
  return keys.map((key) => key % placeLimit);
}
