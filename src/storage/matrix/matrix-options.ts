/** Which cells are meant and how they lie in memory: the options of transfers, and their checks. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { TaskOptions } from '../../native/task.js';
import type { MatrixOrder } from './block-values.js';
import type { MatrixValues } from './matrix-types.js';

/** Rows or columns `first` up to, not including, `end`, from 0. */
export interface MatrixRange {
  readonly first: number;
  readonly end: number;
}

/** A column: its number from 0, or its name. */
export type MatrixColumn = number | string;

export interface MatrixReadOptions extends TaskOptions {
  /** Default: all. */
  readonly rows?: MatrixRange | undefined;
  /** Default: all. A list is read in its order. */
  readonly cols?: MatrixRange | readonly MatrixColumn[] | undefined;
  /** How the values come: `C` (default) row after row, `F` column after column. */
  readonly order?: MatrixOrder | undefined;
}

export interface MatrixWriteOptions extends TaskOptions {
  /** First row and column of the block; default 0. */
  readonly row?: number | undefined;
  readonly col?: number | undefined;
  /** Shape of the block; default: as many columns as the matrix has from `col` on, and the rows that follow. */
  readonly rows?: number | undefined;
  readonly cols?: number | undefined;
  /** How the values lie: `C` (default) row after row, `F` column after column. */
  readonly order?: MatrixOrder | undefined;
}

/** Cells of some rows and columns. */
export interface MatrixBlock {
  /** In the array of the matrix's type; missing values as the type has them, NaN in floats. */
  readonly data: MatrixValues;
  readonly rows: number;
  readonly cols: number;
  readonly order: MatrixOrder;
}

/** @throws EngineError `argument` */
export function checkOrder(order: unknown): MatrixOrder {
  if (order === undefined || order === 'C' || order === 'F') return order ?? 'C';
  throw new EngineError('argument', "order must be 'C' (row after row) or 'F' (column after column)", {
    detail: { option: 'order' },
  });
}

/** The range, all when none is given. @throws EngineError `argument` unless it lies within `total` */
export function checkRange(name: string, range: unknown, total: number): MatrixRange {
  if (range === undefined) return { first: 0, end: total };
  const { first, end } = (typeof range === 'object' && range !== null ? range : {}) as Partial<MatrixRange>;
  const from = checkWhole(`${name}.first`, first, 0, total);
  return { first: from, end: checkWhole(`${name}.end`, end, from, total) };
}
