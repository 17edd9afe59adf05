/** The types of literals: what a value is alone, and whether a type holds it exactly. */
import { EngineError } from '../base/engine-error.js';
import type { LiteralValue } from '../data/literal.js';
import type { DataType } from '../data/types.js';
import {
  bool,
  float64,
  int32,
  int64,
  isInteger,
  isUnsigned,
  timestamp,
  uint64,
  utf8,
} from '../data/types.js';
import { int16, int8, uint16, uint32, uint8 } from '../data/types.js';
import { parseIsoDate, parseIsoTimestamp, ticksPerSecond } from './iso-time.js';

const DAY_MS = 86_400_000;

const RANGES: ReadonlyMap<string, readonly [bigint, bigint]> = new Map([
  ['int8', [-(2n ** 7n), 2n ** 7n - 1n]],
  ['int16', [-(2n ** 15n), 2n ** 15n - 1n]],
  ['int32', [-(2n ** 31n), 2n ** 31n - 1n]],
  ['int64', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['uint8', [0n, 2n ** 8n - 1n]],
  ['uint16', [0n, 2n ** 16n - 1n]],
  ['uint32', [0n, 2n ** 32n - 1n]],
  ['uint64', [0n, 2n ** 64n - 1n]],
]);

/** Smallest and largest value of an integer type; undefined for other types. */
export function integerRange(type: DataType): readonly [bigint, bigint] | undefined {
  return RANGES.get(type.kind);
}

/**
 * The type of a value that meets nothing: whole numbers int32 or int64, other numbers float64, bigint int64 or uint64,
 * Date timestamp(ms). Undefined for null.
 *
 * @throws EngineError `type` for an invalid Date, for a bigint beyond 64 bits, or for what is no literal
 */
export function defaultType(value: LiteralValue): DataType | undefined {
  if (value === null) return undefined;
  switch (typeof value) {
    case 'boolean':
      return bool;
    case 'string':
      return utf8;
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return float64;
      return toPhysical(value, int32) === undefined ? int64 : int32;
    case 'bigint': {
      const type = [int64, uint64].find((wide) => toPhysical(value, wide) !== undefined);
      if (type !== undefined) return type;
      throw new EngineError('type', `${value}n fits no 64-bit integer`);
    }
    default:
      if (!(value instanceof Date))
        throw new EngineError(
          'type',
          `${typeof value} is not a value of a column; use a number, text, boolean, bigint, Date or null`,
        );
      if (Number.isNaN(value.getTime()))
        throw new EngineError('type', 'a Date that is invalid cannot be used');
      return timestamp('ms');
  }
}

/**
 * A value as a constant of a type: days for a date, ticks (bigint) for a timestamp, integers as number while they are safe,
 * else bigint. Undefined when the type does not hold the value exactly; null stays null.
 */
export function toPhysical(value: LiteralValue, type: DataType): LiteralValue | undefined {
  if (value === null) return null;
  if (isInteger(type)) return wholeOf(value, type);
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'utf8':
      return typeof value === 'string' ? value : undefined;
    case 'float32':
    case 'float64':
      return realOf(value, type.kind === 'float32');
    case 'date':
      if (value instanceof Date) return value.getTime() % DAY_MS === 0 ? value.getTime() / DAY_MS : undefined;
      return typeof value === 'string' ? parseIsoDate(value) : undefined;
    case 'timestamp':
      if (value instanceof Date) return ticksOf(value, ticksPerSecond(type.unit));
      return typeof value === 'string' ? parseIsoTimestamp(value, type.unit) : undefined;
    default:
      return undefined;
  }
}

function wholeOf(value: LiteralValue, type: DataType): number | bigint | undefined {
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) return undefined;
  const range = RANGES.get(type.kind);
  // Lists of many numbers are common, and need no bigint.
  if (range !== undefined && Number.isSafeInteger(value) && value >= range[0] && value <= range[1])
    return Number(value) + 0;
  const whole = BigInt(value);
  if (range === undefined || whole < range[0] || whole > range[1]) return undefined;
  return whole >= BigInt(Number.MIN_SAFE_INTEGER) && whole <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(whole)
    : whole;
}

function realOf(value: LiteralValue, single: boolean): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const real = Number(value);
  if (typeof value === 'bigint' && BigInt(real) !== value) return undefined;
  return single && !Object.is(Math.fround(real), real) ? undefined : real;
}

function ticksOf(value: Date, perSecond: bigint): bigint | undefined {
  const ms = value.getTime();
  if (Number.isNaN(ms)) return undefined;
  const scaled = BigInt(ms) * perSecond;
  return scaled % 1000n === 0n ? scaled / 1000n : undefined;
}

/** The narrowest type that holds a literal which a column of type `met` does not: `int8 + 1000` meets an int16. */
export function meetingType(value: LiteralValue, met: DataType): DataType | undefined {
  if (value === null) return met;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) {
    const candidates =
      isUnsigned(met) && value >= 0 ? [uint8, uint16, uint32, uint64] : [int8, int16, int32, int64, uint64];
    return candidates.find((type) => toPhysical(value, type) !== undefined) ?? defaultType(value);
  }
  return defaultType(value);
}
