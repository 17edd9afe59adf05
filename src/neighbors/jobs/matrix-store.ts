/** A matrix that a job writes to, as rows of cells: those of queries, or a single column of edges. */
import type { FileMatrix } from '../../storage/matrix/file-matrix.js';
import { EngineError } from '../../base/engine-error.js';
import { rowNumberCells } from '../destination.js';
import type { Cells, JobStore } from './job-store.js';

export interface MatrixStoreShape {
  readonly name: string;
  /** Cells of a row of the store; the matrix has as many columns, or one. */
  readonly width: number;
  readonly perEdge: boolean;
  readonly base: 0 | 1;
}

export class MatrixStore implements JobStore {
  readonly name: string;
  readonly path: string;
  readonly rows: number;
  readonly width: number;
  readonly perEdge: boolean;
  readonly #base: 0 | 1;
  readonly #matrix: FileMatrix;
  /** Rows of the matrix that a row of the store takes. */
  readonly #matrixRows: number;

  constructor(matrix: FileMatrix, { name, width, perEdge, base }: MatrixStoreShape) {
    this.name = name;
    this.path = matrix.path ?? matrix.files[0] ?? matrix.descriptor.filename;
    this.width = width;
    this.perEdge = perEdge;
    this.#base = base;
    this.#matrix = matrix;
    this.#matrixRows = width / matrix.cols;
    this.rows = Math.floor(matrix.rows / this.#matrixRows);
  }

  cellsOf(values: Float64Array | Uint32Array): Cells {
    if (values instanceof Uint32Array) return rowNumberCells(this.#matrix.type, values, this.#base);
    return this.#matrix.type === 'int32' ? this.#wholeNumbers(values) : values;
  }

  async write(firstRow: number, cells: Cells): Promise<void> {
    if (cells.length === 0 || cells instanceof Uint32Array) return;
    const { cols } = this.#matrix;
    await this.#matrix.write(cells, {
      row: firstRow * this.#matrixRows,
      col: 0,
      rows: cells.length / cols,
      cols,
    });
  }

  async read(firstRow: number, endRow: number): Promise<Cells> {
    const rows = { first: firstRow * this.#matrixRows, end: endRow * this.#matrixRows };
    const { data } = await this.#matrix.read({ rows });
    if (data instanceof Float64Array || data instanceof Int32Array) return data;
    throw new EngineError('internal', `${this.path} holds ${this.#matrix.type}, which no job writes`);
  }

  async sync(): Promise<void> {
    await this.#matrix.flush();
  }

  #wholeNumbers(values: Float64Array): Int32Array {
    const cells = Int32Array.from(values);
    const bad = cells.findIndex((cell, i) => cell !== values[i]);
    if (bad < 0) return cells;
    throw new EngineError(
      'limit',
      `${this.path} (${this.name}) holds int32, and ${String(values[bad])} is to be written; make it float64`,
      { detail: { path: this.path, store: this.name } },
    );
  }
}
