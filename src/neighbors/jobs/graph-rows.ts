/** Rows of a graph as the engine makes them, as blocks that a job writes. */
import type { NativeRowCounts, NativeRows } from '../../native/graph.js';
import type { FoundBlock } from './phase-plan.js';
import { sourcesOf } from './row-numbers.js';

/** Edges of rows `first` … `end` of those that `made` is about. */
export function countsOfRows({ offsets }: NativeRowCounts, first: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - first }, (_, i) => offsets[first + i + 1]! - offsets[first + i]!);
}

/**
 * The edges of rows `first` … `end` of a graph.
 *
 * @param made rows from `madeFrom` on   @param base of the row numbers in `made`
 */
export function edgesOfRows(
  made: NativeRows,
  madeFrom: number,
  first: number,
  end: number,
  base: number,
): FoundBlock {
  const edges = countsOfRows(made, first - madeFrom, end - madeFrom);
  const start = made.offsets[first - madeFrom]! - made.offsets[0]!;
  const stop = made.offsets[end - madeFrom]! - made.offsets[0]!;
  return {
    edges,
    values: new Map<string, Float64Array | Uint32Array>([
      ['from', sourcesOf(first, end, edges, base)],
      ['to', made.columns.subarray(start, stop)],
      ['value', made.values?.subarray(start, stop) ?? new Float64Array(stop - start)],
    ]),
  };
}
