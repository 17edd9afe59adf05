/** How 64-bit integers, dates and timestamps come out in rows: a number or Date while nothing is lost, else by choice. */
import { EngineError } from '../base/engine-error.js';
import type { DataType, TimeUnit } from './types.js';

/** `number` (default): an error beyond ±(2^53 − 1). */
export type Int64Policy = 'number' | 'bigint' | 'string';
/** `date` (default): a Date, an error where ticks are no whole milliseconds; `bigint`: days or ticks; `string`: ISO 8601. */
export type DatesPolicy = 'date' | 'bigint' | 'string';

export interface ValuePolicy {
  readonly int64: Int64Policy;
  readonly dates: DatesPolicy;
}

export const defaultPolicy: ValuePolicy = Object.freeze({ int64: 'number', dates: 'date' });

const dayMillis = 86_400_000;
const ticksPerSecond: Record<TimeUnit, bigint> = { s: 1n, ms: 1_000n, us: 1_000_000n, ns: 1_000_000_000n };
const fractionDigits: Record<TimeUnit, number> = { s: 0, ms: 3, us: 6, ns: 9 };
/** The largest |milliseconds| a Date holds. */
const dateLimit = 8_640_000_000_000_000n;

export function unsafeInteger(column: string, row: number, value: bigint): never {
  throw new EngineError(
    'data',
    `column ${JSON.stringify(column)}, row ${String(row)}: ${String(value)} is not a safe JavaScript number; ` +
      `ask for int64: 'bigint' or int64: 'string'`,
    { detail: { column, row, value: String(value) } },
  );
}

function notADate(column: string, row: number, value: bigint, unit: TimeUnit): never {
  throw new EngineError(
    'data',
    `column ${JSON.stringify(column)}, row ${String(row)}: timestamp ${timestampText(value, unit)} does not fit a Date, ` +
      `which counts whole milliseconds; ask for dates: 'bigint' or dates: 'string'`,
    { detail: { column, row, value: String(value) } },
  );
}

/** Milliseconds of a timestamp, exactly. */
export function timestampMillis(value: bigint, unit: TimeUnit, column: string, row: number): number {
  let millis: bigint;
  if (unit === 's') millis = value * 1000n;
  else if (unit === 'ms') millis = value;
  else {
    const ticks = ticksPerSecond[unit] / 1000n;
    if (value % ticks !== 0n) return notADate(column, row, value, unit);
    millis = value / ticks;
  }
  if (millis > dateLimit || millis < -dateLimit) return notADate(column, row, value, unit);
  return Number(millis);
}

export function dateFromDays(days: number): Date {
  return new Date(days * dayMillis);
}

/** `2013-01-31`; years outside 0 … 9999 with sign and six digits or more, as ISO 8601 asks. */
export function dateText(days: number): string {
  const { year, month, day } = civil(days);
  return `${yearText(year)}-${two(month)}-${two(day)}`;
}

/** `2013-01-31T12:30:00.250Z`, with as many digits as the unit has. */
export function timestampText(value: bigint, unit: TimeUnit): string {
  const perSecond = ticksPerSecond[unit];
  const perDay = perSecond * 86_400n;
  let ticks = value % perDay;
  if (ticks < 0n) ticks += perDay;
  const days = Number((value - ticks) / perDay);
  const seconds = Number(ticks / perSecond);
  const digits = fractionDigits[unit];
  const fraction = digits === 0 ? '' : `.${String(ticks % perSecond).padStart(digits, '0')}`;
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${dateText(days)}T${clock}${fraction}Z`;
}

/** The value as the policy wants it; `ticks` are days for a date. */
export function temporalValue(
  type: DataType,
  ticks: bigint | number,
  policy: DatesPolicy,
  column: string,
  row: number,
): Date | bigint | string {
  if (type.kind !== 'timestamp') {
    const days = Number(ticks);
    if (policy === 'date') return dateFromDays(days);
    return policy === 'bigint' ? BigInt(days) : dateText(days);
  }
  const value = BigInt(ticks);
  if (policy === 'date') return new Date(timestampMillis(value, type.unit, column, row));
  return policy === 'bigint' ? value : timestampText(value, type.unit);
}

function two(n: number): string {
  return n < 10 ? `0${String(n)}` : String(n);
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0');
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`;
}

/** Proleptic Gregorian date of a day number, for the whole range of 32-bit days (a Date ends earlier). */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
