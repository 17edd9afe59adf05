/** Matrix: numbers in rows and columns, one after another in memory. */

/**
 * Numbers in rows and columns. Plain data: as the accumulator of a fold it is copied, sent to a worker and kept in a
 * checkpoint as it is.
 */
export interface Matrix {
  /** [rows × cols], row-major: row i, column j is `data[i * cols + j]`. */
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;
}
