/** JavaScript values to a column of a given type, losslessly: a value that does not fit is an error naming its row. */
import { EngineError } from '../base/engine-error.js';
import { packBits } from './bitmap.js';
import type { ColumnData, ValueArray } from './column.js';
import { newValues } from './column.js';
import { encodeTexts } from './text.js';
import type { DataType, TimeUnit } from './types.js';
import { typeName } from './types.js';

const dayMillis = 86_400_000;

/**
 * A column of `values` (null and undefined are nulls).
 *
 * @param firstRow number of the first value's row, for messages
 * @throws EngineError `data` at a value that the type cannot hold exactly
 */
export function buildColumn(
  type: DataType,
  values: readonly unknown[],
  name: string,
  firstRow: number,
): ColumnData {
  const { length } = values;
  let nullCount = 0;
  for (const value of values) if (value === null || value === undefined) nullCount++;
  const validity =
    nullCount === 0 ? null : packBits(length, (i) => values[i] !== null && values[i] !== undefined);
  const base = { type, length, validity, nullCount };
  const misfit = (i: number): never => {
    throw doesNotFit(type, values[i], name, firstRow + i);
  };
  if (type.kind === 'bool') {
    values.forEach((v, i) => {
      if (v !== null && v !== undefined && typeof v !== 'boolean') misfit(i);
    });
    return { ...base, layout: 'bits', bits: packBits(length, (i) => values[i] === true) };
  }
  if (type.kind === 'utf8') {
    const strings = values.map((v, i) =>
      v === null || v === undefined ? '' : typeof v === 'string' ? v : misfit(i),
    );
    return { ...base, layout: 'text', ...encodeTexts(strings, misfit) };
  }
  const out = newValues(type, length);
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    const fitted = fit(type, value);
    if (fitted === undefined) misfit(i);
    else out[i] = fitted;
  }
  return { ...base, layout: 'fixed', values: out };
}

/** The value as the element of the type's array; undefined when it does not fit exactly. */
function fit(type: DataType, value: unknown): number | bigint | undefined {
  switch (type.kind) {
    case 'float64':
      return typeof value === 'number'
        ? value
        : typeof value === 'bigint' && BigInt(Number(value)) === value
          ? Number(value)
          : undefined;
    case 'float32':
      return typeof value === 'number' && (Number.isNaN(value) || Math.fround(value) === value)
        ? value
        : undefined;
    case 'int64':
      return wholeBigInt(value, (v) => BigInt.asIntN(64, v));
    case 'uint64':
      return wholeBigInt(value, (v) => BigInt.asUintN(64, v));
    case 'date':
      return fitDate(value);
    case 'timestamp':
      return fitTimestamp(value, type.unit);
    default:
      return smallInteger(type, value);
  }
}

function wholeBigInt(value: unknown, wrap: (v: bigint) => bigint): bigint | undefined {
  const whole =
    typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
  return whole !== undefined && wrap(whole) === whole ? whole : undefined;
}

function smallInteger(type: DataType, value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number') return undefined;
  const probe: ValueArray = newValues(type, 1);
  probe[0] = number;
  return probe[0] === number ? number : undefined;
}

function fitDate(value: unknown): number | undefined {
  const millis =
    value instanceof Date
      ? value.getTime()
      : typeof value === 'string' && isoDate.test(value)
        ? Date.parse(value)
        : NaN;
  if (typeof value === 'string' && !sameDay(value, millis)) return undefined;
  return millis % dayMillis === 0 ? millis / dayMillis : undefined;
}

const isoDate = /^\d{4}-\d{2}-\d{2}$/;

/** Date.parse turns 2024-02-30 into 1 March; an impossible date is no date. */
function sameDay(text: string, millis: number): boolean {
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text);
}

function fitTimestamp(value: unknown, unit: TimeUnit): bigint | undefined {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : undefined;
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return undefined;
  const millis = BigInt(value.getTime());
  if (unit === 's') return millis % 1000n === 0n ? millis / 1000n : undefined;
  const ticks = millis * { ms: 1n, us: 1000n, ns: 1_000_000n }[unit];
  return BigInt.asIntN(64, ticks) === ticks ? ticks : undefined;
}

function doesNotFit(type: DataType, value: unknown, name: string, row: number): EngineError {
  return new EngineError(
    'data',
    `column ${JSON.stringify(name)}, row ${String(row)}: ${describe(value)} does not fit ${typeName(type)} exactly`,
    { detail: { column: name, row, value: describe(value) } },
  );
}

/** A short text for a value in a message, whatever it is. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  if (value === null || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
