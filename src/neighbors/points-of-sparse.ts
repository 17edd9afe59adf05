/** Sparse rows as queries: compressed by row, zeros left out. */
import { checkWhole } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import type { NativePoints } from '../native/neighbors.js';
import { pointsOfSparseRows } from '../native/sparse-points.js';

/** Whole numbers in an array, typed or not. */
export type Indices = ArrayLike<number>;

/** Compressed sparse rows: row i has `values[p]` in column `indices[p]` for p from `indptr[i]` up to `indptr[i + 1]`. */
export interface SparseRows {
  readonly indptr: Indices;
  /** Ascending within each row, from 0. */
  readonly indices: Indices;
  readonly values: ArrayLike<number>;
  readonly cols: number;
}

export function isSparseRows(value: unknown): value is SparseRows {
  return typeof value === 'object' && value !== null && 'indptr' in value && 'indices' in value;
}

/** @throws EngineError `argument` for offsets that go back, columns out of range, out of order or given twice */
export function pointsOfSparse(given: SparseRows, role: string): NativePoints {
  const cols = checkWhole(`cols of ${role}`, given.cols, 1);
  checkSparse(given, cols, role);
  return pointsOfSparseRows(given.indptr, given.indices, given.values, cols);
}

function checkSparse({ indptr, indices, values }: SparseRows, cols: number, role: string): void {
  if (indices.length !== values.length) {
    throw new EngineError(
      'argument',
      `sparse ${role} has ${String(indices.length)} indices but ${String(values.length)} values`,
    );
  }
  if (indptr.length === 0 || indptr[0] !== 0 || indptr[indptr.length - 1] !== indices.length) {
    throw new EngineError(
      'argument',
      `indptr of sparse ${role} must go from 0 to ${String(indices.length)}, the number of its values`,
    );
  }
  for (let r = 0; r + 1 < indptr.length; r++) {
    const from = indptr[r]!;
    const end = indptr[r + 1]!;
    if (!Number.isSafeInteger(end) || end < from || end > indices.length) {
      throw new EngineError('argument', `indptr of sparse ${role} goes back after row ${String(r)}`, {
        detail: { row: r },
      });
    }
    let before = -1;
    for (let p = from; p < end; p++) {
      const column = indices[p]!;
      if (Number.isSafeInteger(column) && column > before && column < cols) {
        before = column;
        continue;
      }
      throw new EngineError(
        'argument',
        `row ${String(r)} of sparse ${role} names column ${String(column)}; columns must ascend from 0 to ${String(cols - 1)}, each once`,
        { detail: { row: r, column } },
      );
    }
  }
}
