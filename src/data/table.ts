/** Table: rows in memory, column by column; the result of a query and each batch of a stream. */
import { inspect } from 'node:util';

import type { Table as ArrowTable } from 'apache-arrow';

import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import { toArrowTable } from './arrow-export.js';
import type { ColumnData } from './column.js';
import { columnBytes, sliceColumn } from './column.js';
import { matrixOfColumns } from './fill-matrix.js';
import type { Matrix } from './matrix.js';
import type { ValuePolicy } from './policy.js';
import { defaultPolicy } from './policy.js';
import { printTable } from './print-table.js';
import { rowMaker } from './row-factory.js';
import type { Schema } from './schema.js';
import { TableColumn } from './table-column.js';

export type { Matrix } from './matrix.js';

/** Rows handled between two looks at the event loop, where a method can be interrupted at all. */
const iterationRows = 1024;

/**
 * Rows in memory. Columns are Arrow-like typed arrays that are read where they are; row objects are made when asked for.
 *
 * @example
 * const t = await tbl([{ a: 1, b: 'x' }, { a: 2, b: null }]).collect()
 * t.numRows              // => 2
 * t.at(1)                // => { a: 2, b: null }
 * t.column('a').values   // => Float64Array(2) [1, 2]
 */
export class Table<Row extends object = Record<string, unknown>> implements Iterable<Row> {
  readonly schema: Schema;
  readonly numRows: number;
  readonly #columns: readonly ColumnData[];
  readonly #policy: ValuePolicy;

  /** `columns` in schema order, all of `numRows` rows. */
  constructor(
    schema: Schema,
    columns: readonly ColumnData[],
    numRows: number,
    policy: ValuePolicy = defaultPolicy,
  ) {
    this.schema = schema;
    this.numRows = numRows;
    this.#columns = columns;
    this.#policy = policy;
  }

  get numCols(): number {
    return this.schema.length;
  }

  /** Bytes of the buffers behind the columns. */
  get byteLength(): number {
    return this.#columns.reduce((sum, column) => sum + columnBytes(column), 0);
  }

  /** The plain data of all columns, in schema order. */
  get columns(): readonly ColumnData[] {
    return this.#columns;
  }

  get policy(): ValuePolicy {
    return this.#policy;
  }

  /** A column by name. Throws EngineError `plan` for an unknown one. */
  column<K extends keyof Row & string>(name: K): TableColumn<Row[K]> {
    return new TableColumn<Row[K]>(name, this.#data(name), this.#policy);
  }

  /** Row `i`, counted from the end when negative; undefined beyond the table. */
  at(i: number): Row | undefined {
    const row = i < 0 ? this.numRows + i : i;
    if (!(row >= 0 && row < this.numRows)) return undefined;
    return this.slice(row, row + 1).toArray()[0];
  }

  /** Rows one after another, made in small blocks as they are asked for. */
  *rows(): IterableIterator<Row> {
    const make = rowMaker(this.schema, this.#columns, this.#policy);
    for (let start = 0; start < this.numRows; start += iterationRows) {
      const block: Row[] = [];
      make(start, Math.min(this.numRows, start + iterationRows), block, 0);
      yield* block;
    }
  }

  [Symbol.iterator](): IterableIterator<Row> {
    return this.rows();
  }

  /** All rows as objects. */
  toArray(): Row[] {
    const out: Row[] = new Array<Row>(this.numRows);
    rowMaker(this.schema, this.#columns, this.#policy)(0, this.numRows, out, 0);
    return out;
  }

  /** Rows `start` … `end` (exclusive; negative counts from the end), sharing memory. */
  slice(start = 0, end: number = this.numRows): Table<Row> {
    const from = clamp(start, this.numRows);
    const to = Math.max(from, clamp(end, this.numRows));
    return new Table<Row>(
      this.schema,
      this.#columns.map((column) => sliceColumn(column, from, to)),
      to - from,
      this.#policy,
    );
  }

  /** The same rows under another policy for 64-bit integers and dates. */
  withPolicy<R extends object = Row>(policy: ValuePolicy): Table<R> {
    return new Table<R>(this.schema, this.#columns, this.numRows, policy);
  }

  /** The same columns as an apache-arrow Table; memory is shared wherever Arrow's layout is the same. */
  toArrow(): Promise<ArrowTable> {
    return toArrowTable(this.schema, this.#columns, this.numRows);
  }

  /**
   * Columns of numbers (booleans as 0 and 1) as one row-major float64 matrix.
   *
   * @param intercept put a column of ones first
   * @throws EngineError `plan` for an unknown column, `type` for one that holds no numbers, `data` at a null or an integer
   *   beyond 2^53
   * @example table.matrix(['distance', 'hour'], { intercept: true }).data
   */
  matrix(names: readonly (keyof Row & string)[], options: { readonly intercept?: boolean } = {}): Matrix {
    const columns = names.map((name) => [name, this.#data(name)] as const);
    return matrixOfColumns(this.numRows, columns, options.intercept === true);
  }

  /** The table as text that fits the terminal: first and last rows, as many columns as there is room for. */
  toString(options: { readonly width?: number; readonly maxRows?: number } = {}): string {
    return printTable(this.schema, this.#columns, this.numRows, options);
  }

  [inspect.custom](): string {
    return this.toString();
  }

  #data(name: string): ColumnData {
    const column = this.#columns[this.schema.indexOf(name)];
    if (column === undefined) {
      throw new EngineError(
        'plan',
        `no column ${JSON.stringify(name)}${didYouMean(name, this.schema.names, 'columns')}`,
        {
          detail: { column: name, columns: this.schema.names },
        },
      );
    }
    return column;
  }
}

function clamp(i: number, length: number): number {
  const at = i < 0 ? length + i : i;
  return Math.min(length, Math.max(0, Math.trunc(at)));
}
