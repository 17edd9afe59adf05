/** Values as quantile sketches keep them, words of 64 bits that order like the values, and back. */
import { EngineError } from '../../base/engine-error.js';
import type { DatesPolicy, Int64Policy } from '../../data/policy.js';
import { temporalValue, timestampText } from '../../data/policy.js';
import type { DataType, TimeUnit } from '../../data/types.js';
import { isFloat, isUnsigned } from '../../data/types.js';

/** What a value of a sketch comes out as. */
export type SketchValue = number | bigint | string | Date;

const sign = 1n << 63n;
const greatest = (1n << 64n) - 1n;
const dayMillis = 86_400_000;
const ticksPerSecond: Record<TimeUnit, bigint> = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n };

const scratch = new DataView(new ArrayBuffer(8));

/** A word's value of a sketch over `type`, as the policies want it. */
export function valueOfWord(
  word: bigint,
  type: DataType,
  policy: { readonly int64: Int64Policy; readonly dates: DatesPolicy },
  label: string,
): SketchValue {
  if (isFloat(type)) {
    scratch.setBigUint64(0, (word & sign) === 0n ? word ^ greatest : word ^ sign);
    return scratch.getFloat64(0);
  }
  const whole = isUnsigned(type) ? word : BigInt.asIntN(64, word ^ sign);
  if (type.kind === 'date') return temporalValue(type, whole, policy.dates, label, 0);
  if (type.kind === 'timestamp') {
    if (policy.dates === 'date') return dateOf(whole, type.unit, label);
    return policy.dates === 'bigint' ? whole : timestampText(whole, type.unit);
  }
  if (type.kind !== 'int64' && type.kind !== 'uint64') return Number(whole);
  if (policy.int64 !== 'number') return policy.int64 === 'bigint' ? whole : String(whole);
  const number = Number(whole);
  if (Number.isSafeInteger(number)) return number;
  throw new EngineError(
    'data',
    `${label}: ${String(whole)} is not a safe JavaScript number; ask for int64: 'bigint' or int64: 'string'`,
    { detail: { value: String(whole) } },
  );
}

function dateOf(ticks: bigint, unit: TimeUnit, label: string): Date {
  const millis = (ticks * 1000n) / ticksPerSecond[unit];
  const date = new Date(Number(millis));
  if (millis * ticksPerSecond[unit] === ticks * 1000n && !Number.isNaN(date.getTime())) return date;
  throw new EngineError(
    'data',
    `${label}: ${timestampText(ticks, unit)} does not fit a Date, which counts whole milliseconds; ` +
      `ask for dates: 'bigint' or dates: 'string'`,
    { detail: { value: String(ticks) } },
  );
}

/**
 * The greatest word of a value that is not greater than `value`; −1 where there is none.
 *
 * @throws EngineError `type` for a value that does not compare with the type
 */
export function wordAtMost(value: unknown, type: DataType, label: string): bigint {
  if (type.kind === 'date' || type.kind === 'timestamp') {
    const ticks = typeof value === 'bigint' ? value : ticksOf(value, type, label);
    return ticks < -sign ? -1n : (ticks > sign - 1n ? sign - 1n : ticks) + sign;
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') throw wrong(value, 'a number', label);
  if (isFloat(type)) {
    // A NaN is any; the sketch has one.
    const number = Number(value) === 0 ? 0 : Number(value);
    if (Number.isNaN(number)) return greatest;
    scratch.setFloat64(0, number);
    const bits = scratch.getBigUint64(0);
    return (bits & sign) === 0n ? bits ^ sign : bits ^ greatest;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return value === -Infinity ? -1n : greatest;
  const whole = typeof value === 'bigint' ? value : BigInt(Math.floor(value));
  const word = isUnsigned(type) ? whole : whole + sign;
  return word < 0n ? -1n : word > greatest ? greatest : word;
}

function ticksOf(value: unknown, type: DataType, label: string): bigint {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw wrong(value, 'a Date', label);
  if (type.kind !== 'timestamp') return BigInt(Math.floor(value.getTime() / dayMillis));
  const scaled = BigInt(value.getTime()) * ticksPerSecond[type.unit];
  // Downwards, also before 1970.
  return (scaled - (((scaled % 1000n) + 1000n) % 1000n)) / 1000n;
}

function wrong(value: unknown, wanted: string, label: string): EngineError {
  const found = value instanceof Date ? 'a Date' : `a ${typeof value}`;
  return new EngineError('type', `rank of ${label} takes ${wanted}, not ${found}`);
}
