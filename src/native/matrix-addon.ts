/** The addon's functions for matrices on disk, as they are; matrix.ts wraps them. */
import type { NativeObject } from './native-object.js';

/** Which cells a transfer is of. */
export interface NativeBlock {
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
  /** These columns, in this order, instead of the range. */
  readonly listed: Float64Array | null;
  /** How the values lie in memory. */
  readonly rowMajor: boolean;
}

export interface MatrixAddon {
  openMatrix(
    paths: readonly string[],
    shape: {
      readonly type: number;
      readonly totalRows: number;
      readonly totalColumns: number;
      readonly firstRow: number;
      readonly rows: number;
      readonly firstColumn: number;
      readonly columns: number;
      readonly separated: boolean;
    },
    writable: boolean,
  ): NativeObject;
  matrixPoints(matrix: NativeObject): NativeObject;
  matrixCell(matrix: NativeObject, row: number, column: number): number | null;
  setMatrixCell(matrix: NativeObject, row: number, column: number, value: number | null): boolean;
  readMatrix(matrix: NativeObject, block: NativeBlock, threads: number): NativeObject;
  writeMatrix(
    matrix: NativeObject,
    block: NativeBlock,
    typeId: number,
    values: ArrayBufferView,
    threads: number,
  ): NativeObject;
  writeMatrixNow(
    matrix: NativeObject,
    block: NativeBlock,
    typeId: number,
    values: ArrayBufferView,
  ): undefined;
  hashMatrix(matrix: NativeObject, firstRow: number, endRow: number, threads: number): NativeObject;
  syncMatrix(matrix: NativeObject): NativeObject;
}
