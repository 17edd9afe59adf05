/** Gram: the sums of products of every two of some columns, each kept as a pair of floats (about 106 bits). */

export interface Gram {
  /** Columns k, the response last if there is one. */
  readonly size: number;
  /** Upper triangle by rows, k (k + 1) / 2 sums: (0,0) (0,1) … (0,k−1) (1,1) …; each is high + low. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  /** Rows that went in. */
  readonly rows: number;
  /** Rows left out because of a null. */
  readonly skipped: number;
}
