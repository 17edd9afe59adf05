/** Entries of a Gram by row and column. */
import type { Matrix } from '../../data/table.js';
import type { Gram } from './gram.js';

/** Where entry (i, j), i ≤ j, stands in the upper triangle by rows of a Gram of `size` columns. */
export function gramIndex(size: number, i: number, j: number): number {
  return i * size - (i * (i - 1)) / 2 + (j - i);
}

/** Rows `rows` and columns `cols` of the whole symmetric matrix, rounded to float64. */
export function gramBlock(gram: Gram, rows: readonly number[], cols: readonly number[]): Matrix {
  const data = new Float64Array(rows.length * cols.length);
  rows.forEach((i, r) => {
    cols.forEach((j, c) => {
      const at = gramIndex(gram.size, Math.min(i, j), Math.max(i, j));
      const high = gram.high[at] ?? 0;
      data[r * cols.length + c] = Number.isFinite(high) ? high + (gram.low[at] ?? 0) : high;
    });
  });
  return { data, rows: rows.length, cols: cols.length };
}
