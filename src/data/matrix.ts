/** Matrix: numbers in rows and columns, one after another in memory. */
import { inspect } from 'node:util';

/** Numbers of a table as one row-major array. */
export interface Matrix {
  /** [rows × cols], row-major. */
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

/** Most rows and columns that are printed. */
const shown = 20;

/** A matrix that prints itself. As an accumulator it can be cloned: what counts are its three fields. */
export class DenseMatrix implements Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;

  /** `data` has rows × cols numbers and is not copied. */
  constructor(data: Float64Array, rows: number, cols: number) {
    this.data = data;
    this.rows = rows;
    this.cols = cols;
  }

  /** The number in row i, column j, both from 0; undefined outside. */
  at(i: number, j: number): number | undefined {
    return i >= 0 && i < this.rows && j >= 0 && j < this.cols ? this.data[i * this.cols + j] : undefined;
  }

  /** Rows as arrays. */
  toArray(): number[][] {
    return Array.from({ length: this.rows }, (_, i) =>
      Array.from(this.data.subarray(i * this.cols, (i + 1) * this.cols)),
    );
  }

  /** The first rows and columns, aligned. */
  toString(): string {
    const rows = this.toArray().slice(0, shown);
    const cells = rows.map((row) => row.slice(0, shown).map((value) => String(Number(value.toPrecision(7)))));
    const widths = (cells[0] ?? []).map((_, j) => Math.max(...cells.map((row) => row[j]!.length)));
    const more = this.cols > shown ? ' …' : '';
    const lines = cells.map((row) => row.map((cell, j) => cell.padStart(widths[j]!)).join('  ') + more);
    return [
      ...lines,
      ...(this.rows > shown ? ['…'] : []),
      `[${String(this.rows)} × ${String(this.cols)}]`,
    ].join('\n');
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
