/** `tbl`: where a query begins, typed by what it is given. */
import { EngineError } from '../base/engine-error.js';
import type { Source } from '../data/doors.js';
import type { Table } from '../data/table.js';
import { scan } from '../plan/nodes/scan.js';
import type { ColumnRecord, RowOfColumns } from './column-record.js';
import type { Engine } from './engine.js';
import { sourceOptionsOf } from './option-names.js';
import type { Query } from './query.js';
import { QueryObject } from './query-object.js';
import type { UntypedRow } from './row-types.js';
import type { TblOptions } from './tbl-options.js';

export type { ColumnRecord, ColumnValues, RowOfColumns } from './column-record.js';

type NullFor<T> = undefined extends T ? null : never;
type KeysOf<T> = T extends unknown ? keyof T : never;
type ValueAt<T, K> = T extends unknown ? (K extends keyof T ? T[K] : undefined) : never;

/** The row of an array of objects: all their keys, null where one lacks it. */
export type RowOfObjects<T> = {
  [K in KeysOf<T>]: Exclude<ValueAt<T, K>, undefined> | NullFor<ValueAt<T, K>>;
};

/** Anything that has rows and whose row type only the caller can know. */
export type SourceInput =
  | string
  | URL
  | readonly string[]
  | Uint8Array
  | ArrayBuffer
  | Source
  | readonly object[]
  | ColumnRecord
  | { readonly schema: object; readonly batches: readonly object[] };

/** The type of `tbl`. */
export interface Tbl {
  <Row extends object>(rows: readonly Row[], options?: TblOptions): Query<RowOfObjects<Row>>;
  <C extends ColumnRecord>(columns: C, options?: TblOptions): Query<RowOfColumns<C>>;
  <Row extends object = UntypedRow>(source: SourceInput | Table<Row>, options?: TblOptions): Query<Row>;
}

/**
 * A `tbl` over an engine: it opens a source, which reads the schema and nothing more, and gives the query of all its rows.
 */
export function createTbl(engine: Engine): Tbl {
  const open = (source: unknown, options?: unknown): QueryObject => {
    if (source instanceof QueryObject) return source;
    if (source === undefined || source === null)
      throw new EngineError(
        'argument',
        `tbl takes a path, rows, columns, a Table or Arrow data, not ${String(source)}`,
      );
    return new QueryObject({
      plan: scan(engine.stores.open(source, { ...sourceOptionsOf(options) })),
      groups: [],
      engine,
    });
  };
  return open as unknown as Tbl;
}
