/** ISO 8601 dates and timestamps as text: strict reading to days and ticks, and writing. */
import type { TimeUnit } from '../data/types.js';

const DAY_MS = 86_400_000;
const FRACTION_DIGITS: Readonly<Record<TimeUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Ticks of a unit in one second. */
export function ticksPerSecond(unit: TimeUnit): bigint {
  return 10n ** BigInt(FRACTION_DIGITS[unit]);
}

/** Days since 1970-01-01 of `YYYY-MM-DD`; undefined if the text is not that or the day does not exist. */
export function parseIsoDate(text: string): number | undefined {
  const match = DATE.exec(text);
  return match === null ? undefined : daysOf(match[1]!, match[2]!, match[3]!);
}

function daysOf(year: string, month: string, day: string): number | undefined {
  const ms = Date.UTC(2000, Number(month) - 1, Number(day));
  const date = new Date(ms);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return exists ? date.getTime() / DAY_MS : undefined;
}

/**
 * Ticks since 1970-01-01T00:00Z of an ISO date or date-time (`T` or a blank between; UTC unless it carries an offset).
 * Undefined if the text is not that, the moment does not exist, or its fraction is finer than the unit.
 */
export function parseIsoTimestamp(text: string, unit: TimeUnit): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const days = daysOf(match[1]!, match[2]!, match[3]!);
  const [hour, minute, second] = [match[4], match[5], match[6]].map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
  ];
  const offset = offsetMinutes(match[8] ?? 'Z');
  if (days === undefined || offset === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const digits = (match[7] ?? '').replace(/0+$/, '');
  if (digits.length > FRACTION_DIGITS[unit]) return undefined;
  const seconds = BigInt(days) * 86_400n + BigInt(hour * 3600 + (minute - offset) * 60 + second);
  const fraction = BigInt(digits.padEnd(FRACTION_DIGITS[unit], '0') || '0');
  return seconds * ticksPerSecond(unit) + fraction;
}

function offsetMinutes(text: string): number | undefined {
  if (text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** `2024-02-29` of days since 1970-01-01. */
export function formatIsoDate(days: number): string {
  return new Date(days * DAY_MS).toISOString().slice(0, -14);
}

/** `2024-02-29 10:30:00`, with the fraction if there is one, of ticks since 1970-01-01T00:00Z. */
export function formatIsoTimestamp(ticks: bigint, unit: TimeUnit): string {
  const per = ticksPerSecond(unit);
  const fraction = ((ticks % per) + per) % per;
  const seconds = (ticks - fraction) / per;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -5).replace('T', ' ');
  if (fraction === 0n) return whole;
  return `${whole}.${fraction.toString().padStart(FRACTION_DIGITS[unit], '0').replace(/0+$/, '')}`;
}
