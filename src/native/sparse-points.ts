/** Sparse rows handed to the engine as they are; it makes them dense a few at a time, when they are read. */
import { addon } from './addon.js';
import { callNative } from './native-error.js';
import type { NativePoints } from './neighbors.js';

/**
 * Rows compressed one after another: row i has `values[p]` in column `indices[p]` for p from `indptr[i]` up to
 * `indptr[i + 1]`, and zeros elsewhere. All offsets and columns must be whole numbers of at most 32 bits.
 *
 * @throws EngineError `argument` for offsets that go back, columns out of range, out of order or given twice
 */
export function pointsOfSparseRows(
  indptr: ArrayLike<number>,
  indices: ArrayLike<number>,
  values: ArrayLike<number>,
  columns: number,
): NativePoints {
  const object = callNative('copying sparse points', () =>
    addon().createSparsePoints(
      Float64Array.from(indptr),
      indices instanceof Uint32Array ? indices : Uint32Array.from(indices),
      values instanceof Float64Array ? values : Float64Array.from(values),
      columns,
    ),
  );
  return { rows: Math.max(0, indptr.length - 1), columns, object };
}
