/** Matrices on disk on the native side: opened, read, written, hashed, and handed to searches and queries. */
import { assert } from '../base/assert.js';
import type { NativeScan } from '../data/doors.js';
import { addon } from './addon.js';
import type { NativeBlock } from './matrix-addon.js';
import { callNative } from './native-error.js';
import type { NativeObject } from './native-object.js';
import type { NativePoints } from './neighbors.js';
import type { TaskOptions } from './task.js';
import { runTask } from './task.js';

export type { NativeBlock } from './matrix-addon.js';

/** Where the cells lie and of which type (bigmemory's number) they are. */
export interface NativeMatrixShape {
  readonly type: number;
  readonly totalRows: number;
  readonly totalColumns: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
  /** A path for each of `columns`, instead of one for all. */
  readonly separated: boolean;
}

export interface NativeMatrix {
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  readonly object: NativeObject;
}

/** @throws EngineError `format`: a file of another size than the shape says; `io` */
export function openNativeMatrix(
  label: string,
  paths: readonly string[],
  shape: NativeMatrixShape,
  writable: boolean,
): NativeMatrix {
  const object = callNative(`opening ${label}`, () => addon().openMatrix(paths, shape, writable));
  return { label, rows: shape.rows, columns: shape.columns, object };
}

/** Its rows as points, read when a search needs them. */
export function pointsOfMatrix(matrix: NativeMatrix): NativePoints {
  const object = callNative(`opening ${matrix.label}`, () => addon().matrixPoints(matrix.object));
  return { rows: matrix.rows, columns: matrix.columns, object };
}

/** Its rows as a scan of queries. */
export function scanOfMatrix(matrix: NativeMatrix): NativeScan {
  return { nativeScan: matrix.object };
}

/** One cell; null when it is missing. */
export function readCell(matrix: NativeMatrix, row: number, column: number): number | null {
  return callNative(`reading ${matrix.label}`, () => addon().matrixCell(matrix.object, row, column));
}

/** Answers whether the type can hold the value; if not, nothing was written. */
export function writeCell(matrix: NativeMatrix, row: number, column: number, value: number | null): boolean {
  return callNative(`writing ${matrix.label}`, () =>
    addon().setMatrixCell(matrix.object, row, column, value),
  );
}

/** Cells of a block, as bytes of the matrix's type. */
export async function readCells(
  matrix: NativeMatrix,
  block: NativeBlock,
  options?: TaskOptions,
): Promise<ArrayBuffer> {
  const start = (): NativeObject => addon().readMatrix(matrix.object, block, 0);
  const bytes = await runTask(`reading ${matrix.label}`, start, options);
  assert(bytes instanceof ArrayBuffer, 'cells that were read are bytes');
  return bytes;
}

/** Writes a block of values; they are copied at once. @throws EngineError `data` naming the first value that does not fit */
export async function writeCells(
  matrix: NativeMatrix,
  block: NativeBlock,
  typeId: number,
  values: ArrayBufferView,
  options?: TaskOptions,
): Promise<void> {
  const start = (): NativeObject => addon().writeMatrix(matrix.object, block, typeId, values, 0);
  await runTask(`writing ${matrix.label}`, start, options);
}

/** Writes a block of values before it returns. */
export function writeCellsNow(
  matrix: NativeMatrix,
  block: NativeBlock,
  typeId: number,
  values: ArrayBufferView,
): void {
  callNative(`writing ${matrix.label}`, () => addon().writeMatrixNow(matrix.object, block, typeId, values));
}

/** A hash of the cells of some rows, the same wherever and however the cells lie. */
export async function hashCells(
  matrix: NativeMatrix,
  firstRow: number,
  endRow: number,
  options?: TaskOptions,
): Promise<bigint> {
  const start = (): NativeObject => addon().hashMatrix(matrix.object, firstRow, endRow, 0);
  const hash = await runTask(`hashing ${matrix.label}`, start, options);
  assert(typeof hash === 'bigint', 'a hash is a bigint');
  return hash;
}

/** Resolves when all that was written is on the disk. */
export async function syncCells(matrix: NativeMatrix): Promise<void> {
  await runTask(`syncing ${matrix.label}`, () => addon().syncMatrix(matrix.object));
}

/** Lets go of the files; searches and queries that use them go on. */
export function closeNativeMatrix(matrix: NativeMatrix): void {
  callNative(`closing ${matrix.label}`, () => {
    addon().closeHandle(matrix.object);
  });
}
