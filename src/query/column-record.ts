/** Records of columns in memory, and the row type that follows from one. */

/** A column in memory. */
export type ColumnValues =
  | readonly unknown[]
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Columns in memory by name, all of one length. */
export type ColumnRecord = Readonly<Record<string, ColumnValues>>;

type ElementOf<C> = C extends readonly (infer T)[] ? Exclude<T, undefined> | NullFor<T> : number;
type NullFor<T> = undefined extends T ? null : never;

/** The row of a record of columns; all numbers of typed arrays are `number`. */
export type RowOfColumns<C> = { [K in keyof C]: ElementOf<C[K]> };
