/** A matrix on disk: cells, rows, columns and blocks of it, read and written where they lie. */
import { inspect } from 'node:util';
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import type { NativeBlock, NativeMatrix } from '../../native/matrix.js';
import {
  closeNativeMatrix,
  hashCells,
  openNativeMatrix,
  pointsOfMatrix,
  readCell,
  readCells,
  syncCells,
  writeCell,
  writeCells,
} from '../../native/matrix.js';
import type { NativePoints } from '../../native/neighbors.js';
import type { TaskOptions } from '../../native/task.js';
import { DiskFile, syncFolderOf } from '../disk-file.js';
import type { BlockInput, MatrixInput, MatrixOrder } from './block-values.js';
import { blockInput } from './block-values.js';
import type { MatrixDescriptor } from './descriptor.js';
import { typeOfDescriptor } from './descriptor.js';
import type {
  MatrixBlock,
  MatrixColumn,
  MatrixRange,
  MatrixReadOptions,
  MatrixWriteOptions,
} from './matrix-options.js';
import { checkOrder, checkRange } from './matrix-options.js';
import type { MatrixType, MatrixValues } from './matrix-types.js';
import { cellKinds } from './matrix-types.js';

/** What a matrix is made from by who opens or creates it. */
export interface FileMatrixParts {
  readonly descriptor: MatrixDescriptor;
  /** Of the descriptor's file; null when it came as an object. */
  readonly path: string | null;
  /** Data files of the descriptor's columns. */
  readonly files: readonly string[];
  readonly readOnly: boolean;
  /** The files were just made: `flush` makes their names durable too. */
  readonly fresh?: boolean;
}

/**
 * A matrix in bigmemory's files. Cells are read with `pread` and written with `pwrite`: none are kept in memory, and
 * several processes see each other's writing at once.
 */
export class FileMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly type: MatrixType;
  /** Each column has a file of its own. */
  readonly separated: boolean;
  readonly readOnly: boolean;
  /** Path of the descriptor's file; null when the descriptor came as an object, and of sub-matrices. */
  readonly path: string | null;
  /** As data, R's own fields; `openMatrix` takes it back. */
  readonly descriptor: MatrixDescriptor;
  readonly #native: NativeMatrix;
  readonly #files: readonly string[];
  #fresh: boolean;
  #closed = false;

  constructor({ descriptor, path, files, readOnly, fresh }: FileMatrixParts) {
    this.descriptor = descriptor;
    this.rows = descriptor.nrow;
    this.cols = descriptor.ncol;
    this.type = typeOfDescriptor(descriptor);
    this.separated = descriptor.separated;
    this.readOnly = readOnly;
    this.path = path;
    this.#files = files;
    this.#fresh = fresh === true;
    const shape = {
      type: cellKinds[this.type].code,
      totalRows: descriptor.totalRows,
      totalColumns: descriptor.totalCols,
      firstRow: descriptor.rowOffset[0],
      rows: this.rows,
      firstColumn: descriptor.colOffset[0],
      columns: this.cols,
      separated: this.separated,
    };
    this.#native = openNativeMatrix(path ?? descriptor.filename, files, shape, !readOnly);
  }

  get rowNames(): readonly string[] | null {
    return this.descriptor.rowNames;
  }

  get colNames(): readonly string[] | null {
    return this.descriptor.colNames;
  }

  /** Paths of the data files, links resolved. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** The native side's matrix, for searches and queries. @throws EngineError `argument` when closed */
  get native(): NativeMatrix {
    if (this.#closed) throw new EngineError('argument', `${this.#native.label} was closed; open it again`);
    return this.#native;
  }

  /** One cell; null when it is missing. A system call; read blocks of many. */
  get(row: number, col: MatrixColumn): number | null {
    return readCell(this.native, this.#row(row), this.columnIndex(col));
  }

  /** Writes one cell. @throws EngineError `data`: the type cannot hold the value; `argument`: read-only */
  set(row: number, col: MatrixColumn, value: number | null): void {
    const column = this.columnIndex(col);
    this.#checkWritable();
    if (writeCell(this.native, this.#row(row), column, value)) return;
    const shown = value === null ? 'null' : String(value);
    throw new EngineError(
      'data',
      `row ${row}, column ${column}: ${shown} does not fit a matrix of ${this.type}`,
      { detail: { row, column, value: shown } },
    );
  }

  /** The cells of one row. */
  async row(row: number): Promise<MatrixValues> {
    const first = this.#row(row);
    return (await this.read({ rows: { first, end: first + 1 } })).data;
  }

  /** The cells of one column. */
  async column(col: MatrixColumn): Promise<MatrixValues> {
    return (await this.read({ cols: [col] })).data;
  }

  /**
   * Cells of some rows and columns; they must fit in memory. Reading runs on the engine's threads.
   *
   * @throws EngineError `argument`: not inside the matrix; `format`: a file has become shorter; `io`, `cancelled`
   */
  async read(options: MatrixReadOptions = {}): Promise<MatrixBlock> {
    const rows = checkRange('rows', options.rows, this.rows);
    const order = checkOrder(options.order);
    const cols = Array.isArray(options.cols) ? null : checkRange('cols', options.cols, this.cols);
    const listed =
      cols === null
        ? Float64Array.from(options.cols as readonly MatrixColumn[], (col) => this.columnIndex(col))
        : null;
    const block: NativeBlock = {
      firstRow: rows.first,
      rows: rows.end - rows.first,
      firstColumn: cols?.first ?? 0,
      columns: cols === null ? listed!.length : cols.end - cols.first,
      listed: listed?.length === 0 ? null : listed,
      rowMajor: order === 'C',
    };
    const bytes = await readCells(this.native, block, options);
    return { data: cellKinds[this.type].values(bytes), rows: block.rows, cols: block.columns, order };
  }

  /**
   * Writes a block of values from `row` and `col` on. A typed array of the matrix's own type is written as it is, its
   * missing values included; other values are checked, and null is written as missing. The values must not change
   * before it resolves. Written in pieces of at most 4 MB: after an error the pieces before stay written.
   *
   * @throws EngineError `data` naming row, column and value that does not fit; `argument`, `no-space`, `io`, `cancelled`
   */
  async write(values: MatrixInput, options: MatrixWriteOptions = {}): Promise<void> {
    const { row, col, input, order } = this.blockFor(values, options);
    for (const piece of input.pieces()) {
      const block: NativeBlock = {
        firstRow: row + piece.row,
        rows: piece.rows,
        firstColumn: col + piece.col,
        columns: piece.cols,
        listed: null,
        rowMajor: order === 'C',
      };
      await writeCells(this.native, block, piece.typeId, piece.values, options);
    }
  }

  /** Checks a block that is to be written. @throws EngineError `argument` */
  blockFor(
    values: MatrixInput,
    options: MatrixWriteOptions,
  ): { readonly row: number; readonly col: number; readonly input: BlockInput; readonly order: MatrixOrder } {
    this.#checkWritable();
    const row = checkWhole('row', options.row ?? 0, 0, this.rows);
    const col = checkWhole('col', options.col ?? 0, 0, this.cols);
    const order = checkOrder(options.order);
    const { rows, cols } = options;
    const input = blockInput(values, { rows, cols, defaultCols: this.cols - col, order });
    if (row + input.rows > this.rows || col + input.cols > this.cols)
      throw new EngineError(
        'argument',
        `${input.rows} × ${input.cols} values from row ${row}, column ${col} on do not fit a matrix of ` +
          `${this.rows} × ${this.cols}`,
        { detail: { option: 'values' } },
      );
    return { row, col, input, order };
  }

  /** Resolves when all that was written is on the disk. */
  async flush(): Promise<void> {
    await syncCells(this.native);
    if (!this.#fresh) return;
    if (this.path !== null) {
      const file = new DiskFile(this.path, 'read');
      try {
        await file.sync();
      } finally {
        file.close();
      }
      await syncFolderOf(this.path);
    }
    this.#fresh = false;
  }

  /** Lets go of the files, without syncing them. Searches and queries that run go on. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeNativeMatrix(this.#native);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Some rows and columns as a matrix of its own over the same files. @throws EngineError `argument` */
  subMatrix(part: {
    readonly rows?: MatrixRange | undefined;
    readonly cols?: MatrixRange | undefined;
    readonly readOnly?: boolean | undefined;
  }): FileMatrix {
    const rows = checkRange('rows', part.rows, this.rows);
    const cols = checkRange('cols', part.cols, this.cols);
    const whole = this.descriptor;
    return new FileMatrix({
      descriptor: {
        ...whole,
        rowOffset: [whole.rowOffset[0] + rows.first, rows.end - rows.first],
        colOffset: [whole.colOffset[0] + cols.first, cols.end - cols.first],
        nrow: rows.end - rows.first,
        ncol: cols.end - cols.first,
        rowNames: whole.rowNames?.slice(rows.first, rows.end) ?? null,
        colNames: whole.colNames?.slice(cols.first, cols.end) ?? null,
      },
      path: null,
      files: this.separated ? this.#files.slice(cols.first, cols.end) : this.#files,
      readOnly: this.readOnly || part.readOnly === true,
    });
  }

  /** Its rows as points of a search: missing values are NaN. */
  points(): NativePoints {
    return pointsOfMatrix(this.native);
  }

  /**
   * Type, shape and a hash of all cells: equal matrices have equal ones, wherever and however they lie. Cost: one pass
   * over the cells on the engine's threads.
   */
  async fingerprint(options?: TaskOptions): Promise<string> {
    return `matrix ${this.type} ${this.rows}x${this.cols} ${await this.hashRange(0, this.rows, options)}`;
  }

  /** A hash of the cells of rows `first` up to, not including, `end`; 16 hexadecimal digits. */
  async hashRange(first: number, end: number, options?: TaskOptions): Promise<string> {
    checkRange('rows', { first, end }, this.rows);
    const hash = await hashCells(this.native, first, end, options);
    return hash.toString(16).padStart(16, '0');
  }

  toString(): string {
    const kind = `${this.separated ? ', separated' : ''}${this.readOnly ? ', read-only' : ''}`;
    return `FileMatrix ${this.path ?? this.descriptor.filename} (${this.rows} × ${this.cols} ${this.type}${kind})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  #checkWritable(): void {
    if (this.readOnly) throw new EngineError('argument', `${this.#native.label} was opened read-only`);
  }

  #row(row: number): number {
    return checkWhole('row', row, 0, this.rows - 1);
  }

  /** The number of a column. @throws EngineError `argument` when there is none */
  columnIndex(col: MatrixColumn): number {
    if (typeof col !== 'string') return checkWhole('col', col, 0, this.cols - 1);
    const at = this.colNames?.indexOf(col) ?? -1;
    if (at >= 0) return at;
    throw new EngineError(
      'argument',
      `no column "${col}"${didYouMean(col, this.colNames ?? [], 'columns')}`,
      { detail: { column: col } },
    );
  }
}

/** Whether the value is a matrix of this library. */
export function isFileMatrix(value: unknown): value is FileMatrix {
  return value instanceof FileMatrix;
}
