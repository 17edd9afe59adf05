/** What a user holds of one column of a table: its typed array as it is, and single values when asked. */
import { alignBits } from './bitmap.js';
import type { ColumnData, ValueArray } from './column.js';
import { isValid, sliceColumn } from './column.js';
import type { ValuePolicy } from './policy.js';
import type { DataType } from './types.js';
import { readValues, valueAt } from './values.js';

/**
 * One column of a Table.
 *
 * `values` is the column's memory, without a copy: `Int8Array` … `Float64Array` by type, always a `BigInt64Array` for
 * int64 and timestamps (ticks), an `Int32Array` of days for dates, packed bits (lowest first) for bool, codes for
 * dictionary text, UTF-8 bytes for other text. Values of null rows are unspecified.
 */
export class TableColumn<T = unknown> implements Iterable<T> {
  readonly name: string;
  readonly #data: ColumnData;
  readonly #policy: ValuePolicy;

  constructor(name: string, data: ColumnData, policy: ValuePolicy) {
    this.name = name;
    this.#data = data;
    this.#policy = policy;
  }

  get type(): DataType {
    return this.#data.type;
  }

  get length(): number {
    return this.#data.length;
  }

  get nullCount(): number {
    return this.#data.nullCount;
  }

  /** The plain data behind the column. */
  get data(): ColumnData {
    return this.#data;
  }

  get values(): ValueArray {
    const data = this.#data;
    switch (data.layout) {
      case 'fixed':
        return data.values;
      case 'bits':
        return alignBits(data.bits, data.length);
      case 'text':
        return data.data;
      case 'dictionary':
        return data.codes;
    }
  }

  /** Bits, lowest first: set where the row has a value. Null when every row has. */
  get validity(): Uint8Array | null {
    return this.#data.validity === null ? null : alignBits(this.#data.validity, this.#data.length);
  }

  /** Byte offsets of plain text into `values`, one more than rows; undefined for other columns. */
  get offsets(): Int32Array | undefined {
    return this.#data.layout === 'text' ? this.#data.offsets : undefined;
  }

  /** Texts of dictionary codes; undefined for other columns. */
  get dictionary(): readonly string[] | undefined {
    return this.#data.layout === 'dictionary' ? this.#data.dictionary.strings : undefined;
  }

  isNull(i: number): boolean {
    return !isValid(this.#data, this.#check(i));
  }

  /** Value of row `i` (negative: from the end), null where there is none. */
  get(i: number): T {
    return valueAt(this.#data, this.name, this.#policy, this.#check(i)) as T;
  }

  toArray(): T[] {
    const out: T[] = new Array<T>(this.length);
    const block: unknown[] = [];
    const blockRows = 4096;
    for (let start = 0; start < this.length; start += blockRows) {
      const end = Math.min(this.length, start + blockRows);
      readValues(this.#data, this.name, this.#policy, start, end, block);
      for (let i = start; i < end; i++) out[i] = block[i - start] as T;
    }
    return out;
  }

  slice(start: number, end: number): TableColumn<T> {
    return new TableColumn<T>(this.name, sliceColumn(this.#data, start, end), this.#policy);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    yield* this.toArray();
  }

  #check(i: number): number {
    const row = i < 0 ? this.length + i : i;
    if (!Number.isInteger(row) || row < 0 || row >= this.length) {
      throw new RangeError(
        `row ${String(i)} of column ${JSON.stringify(this.name)} with ${String(this.length)} rows`,
      );
    }
    return row;
  }
}
