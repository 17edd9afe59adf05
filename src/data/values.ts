/** Columns to JavaScript values under a policy, a block of rows at a time: the loop that rows, arrays and prints share. */
import { bitAt } from './bitmap.js';
import type { ColumnData, FixedColumn } from './column.js';
import { isValid } from './column.js';
import type { ValuePolicy } from './policy.js';
import { temporalValue, timestampMillis, unsafeInteger } from './policy.js';
import { decodeTexts } from './text.js';

/** What a cell can come out as. */
export type CellValue = null | boolean | number | bigint | string | Date;

/**
 * Values of rows `start` … `end` into `out[0 …]`.
 *
 * @param firstRow number of the column's row 0 as errors should name it
 */
export function readValues(
  column: ColumnData,
  name: string,
  policy: ValuePolicy,
  start: number,
  end: number,
  out: unknown[],
  firstRow = 0,
): void {
  switch (column.layout) {
    case 'fixed':
      readFixed(column, name, policy, start, end, out, firstRow);
      break;
    case 'bits':
      for (let i = start; i < end; i++) out[i - start] = bitAt(column.bits, i);
      break;
    case 'text':
      decodeTexts(column, start, end, out);
      break;
    case 'dictionary': {
      const { codes } = column;
      const { strings } = column.dictionary;
      for (let i = start; i < end; i++) out[i - start] = strings[codes[i] ?? 0];
      break;
    }
  }
  if (column.nullCount > 0) {
    for (let i = start; i < end; i++) if (!isValid(column, i)) out[i - start] = null;
  }
}

/** The value of one row. */
export function valueAt(column: ColumnData, name: string, policy: ValuePolicy, i: number): CellValue {
  if (!isValid(column, i)) return null;
  const out: CellValue[] = [];
  readValues(column, name, policy, i, i + 1, out);
  return out[0] ?? null;
}

function readFixed(
  column: FixedColumn,
  name: string,
  policy: ValuePolicy,
  start: number,
  end: number,
  out: unknown[],
  firstRow: number,
): void {
  const { values, type } = column;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    if (type.kind === 'timestamp') readTimestamps(column, values, name, policy, start, end, out, firstRow);
    else readIntegers(column, values, name, policy, start, end, out, firstRow);
  } else if (type.kind === 'date') {
    for (let i = start; i < end; i++)
      out[i - start] = temporalValue(type, values[i] ?? 0, policy.dates, name, firstRow + i);
  } else {
    for (let i = start; i < end; i++) out[i - start] = values[i];
  }
}

type Int64s = BigInt64Array | BigUint64Array;

/** The high and low halves of 64-bit integers, read without making a BigInt of each. */
function halves(values: Int64s): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}

const twoTo32 = 4_294_967_296;
const highLimit = 0x200000;

/** −(2^53 − 1) … 2^53 − 1, by halves. */
function isSafe(high: number, low: number): boolean {
  return high < highLimit && (high > -highLimit || (high === -highLimit && low !== 0));
}

function readIntegers(
  column: FixedColumn,
  values: Int64s,
  name: string,
  policy: ValuePolicy,
  start: number,
  end: number,
  out: unknown[],
  firstRow: number,
): void {
  if (policy.int64 === 'bigint') {
    for (let i = start; i < end; i++) out[i - start] = values[i];
    return;
  }
  if (policy.int64 === 'string') {
    for (let i = start; i < end; i++) out[i - start] = String(values[i]);
    return;
  }
  const words = halves(values);
  for (let i = start; i < end; i++) {
    const low = words[2 * i] ?? 0;
    const high = words[2 * i + 1] ?? 0;
    // As a signed number an unsigned one of 2^63 or more has a negative high half: beyond the limit all the same.
    const safe = isSafe(high, low) && (high >= 0 || column.type.kind === 'int64');
    if (!safe && isValid(column, i)) unsafeInteger(name, firstRow + i, values[i] ?? 0n);
    out[i - start] = high * twoTo32 + (low >>> 0);
  }
}

function readTimestamps(
  column: FixedColumn,
  values: Int64s,
  name: string,
  policy: ValuePolicy,
  start: number,
  end: number,
  out: unknown[],
  firstRow: number,
): void {
  const { type } = column;
  if (type.kind !== 'timestamp') return;
  const fast = policy.dates === 'date' && (type.unit === 'ms' || type.unit === 's');
  const scale = type.unit === 's' ? 1000 : 1;
  const words = halves(values);
  for (let i = start; i < end; i++) {
    if (fast) {
      const ticks = (words[2 * i + 1] ?? 0) * twoTo32 + ((words[2 * i] ?? 0) >>> 0);
      const made = new Date(ticks * scale);
      if (!Number.isNaN(made.getTime())) {
        out[i - start] = made;
        continue;
      }
    }
    if (!isValid(column, i)) continue;
    const value = values[i] ?? 0n;
    out[i - start] =
      policy.dates === 'date'
        ? new Date(timestampMillis(value, type.unit, name, firstRow + i))
        : temporalValue(type, value, policy.dates, name, firstRow + i);
  }
}
