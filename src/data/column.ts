/** Columns in memory: Arrow's layout as plain data, and what can be asked of any of them. */
import type { Bitmap } from './bitmap.js';
import { bitAt, countOnes, sliceBits } from './bitmap.js';
import type { DataType } from './types.js';

export type NumberArray =
  Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

export type ValueArray = NumberArray | BigInt64Array | BigUint64Array;

interface ColumnBase {
  readonly type: DataType;
  readonly length: number;
  /** Bit set: the row has a value. Null: every row has. */
  readonly validity: Bitmap | null;
  readonly nullCount: number;
}

/** Numbers, dates (days) and timestamps (ticks), one element a row. */
export interface FixedColumn extends ColumnBase {
  readonly layout: 'fixed';
  readonly values: ValueArray;
}

/** bool, one bit a row. */
export interface BitsColumn extends ColumnBase {
  readonly layout: 'bits';
  readonly bits: Bitmap;
}

/** UTF-8 text: row i is data[offsets[i] … offsets[i + 1]). */
export interface TextColumn extends ColumnBase {
  readonly layout: 'text';
  readonly offsets: Int32Array;
  readonly data: Uint8Array;
}

/** UTF-8 text by codes into a dictionary, which batches of one result share by identity. */
export interface DictionaryColumn extends ColumnBase {
  readonly layout: 'dictionary';
  readonly codes: NumberArray;
  readonly dictionary: TextDictionary;
}

export type ColumnData = FixedColumn | BitsColumn | TextColumn | DictionaryColumn;

/** Texts of a dictionary; decoded to JavaScript strings once, when first asked for. */
export class TextDictionary {
  readonly text: TextColumn;
  readonly #decode: (text: TextColumn) => readonly string[];
  #strings: readonly string[] | undefined;

  constructor(text: TextColumn, decode: (text: TextColumn) => readonly string[]) {
    this.text = text;
    this.#decode = decode;
  }

  get length(): number {
    return this.text.length;
  }

  get strings(): readonly string[] {
    return (this.#strings ??= this.#decode(this.text));
  }
}

export function isValid(column: ColumnData, i: number): boolean {
  return column.validity === null || bitAt(column.validity, i);
}

/** Rows `start` … `end` of a column, sharing its memory. */
export function sliceColumn(column: ColumnData, start: number, end: number): ColumnData {
  const length = end - start;
  if (start === 0 && length === column.length) return column;
  let validity = column.validity === null ? null : sliceBits(column.validity, start);
  const nullCount = validity === null ? 0 : length - countOnes(validity, length);
  if (nullCount === 0) validity = null;
  switch (column.layout) {
    case 'fixed':
      return { ...column, length, validity, nullCount, values: column.values.subarray(start, end) };
    case 'bits':
      return { ...column, length, validity, nullCount, bits: sliceBits(column.bits, start) };
    case 'text':
      return { ...column, length, validity, nullCount, offsets: column.offsets.subarray(start, end + 1) };
    case 'dictionary':
      return { ...column, length, validity, nullCount, codes: column.codes.subarray(start, end) };
  }
}

/** Bytes of the buffers a column refers to (a shared dictionary counted once per column). */
export function columnBytes(column: ColumnData): number {
  const validity = column.validity === null ? 0 : (column.length + 7) >> 3;
  switch (column.layout) {
    case 'fixed':
      return validity + column.values.byteLength;
    case 'bits':
      return validity + ((column.length + 7) >> 3);
    case 'text':
      return validity + column.offsets.byteLength + column.data.byteLength;
    case 'dictionary':
      return validity + column.codes.byteLength + columnBytes(column.dictionary.text);
  }
}

/** An empty array of the element type that a fixed-width type is kept in. */
export function newValues(type: DataType, length: number): ValueArray {
  switch (type.kind) {
    case 'int8':
      return new Int8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'int32':
    case 'date':
      return new Int32Array(length);
    case 'int64':
    case 'timestamp':
      return new BigInt64Array(length);
    case 'uint8':
      return new Uint8Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'uint64':
      return new BigUint64Array(length);
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'bool':
    case 'utf8':
      throw new RangeError(`${type.kind} has no fixed-width values`);
  }
}
