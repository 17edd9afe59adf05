/** ISO text of dates and timestamps: strict, and the same both ways. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TimeUnit } from '../../src/data/types.js';
import {
  formatIsoDate,
  formatIsoTimestamp,
  parseIsoDate,
  parseIsoTimestamp,
  ticksPerSecond,
} from '../../src/expr/iso-time.js';

const units: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];
/** Years 0001 to 9999. */
const days = fc.integer({ min: -719_162, max: 2_932_896 });

it('a day is the same both ways', () => {
  fc.assert(fc.property(days, (day) => parseIsoDate(formatIsoDate(day)) === day));
});

it('a moment is the same both ways, in every unit', () => {
  fc.assert(
    fc.property(
      days,
      fc.integer({ min: 0, max: 86_399 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.constantFrom(...units),
      (day, second, part, unit) => {
        const per = ticksPerSecond(unit);
        const ticks = (BigInt(day) * 86_400n + BigInt(second)) * per + BigInt(Math.floor(part * Number(per)));
        expect(parseIsoTimestamp(formatIsoTimestamp(ticks, unit), unit)).toBe(ticks);
      },
    ),
  );
});

it.each(['2023-02-29', '2024-13-01', '2024-00-10', '2024-1-1', '24-01-01', '2024-01-01x', ' 2024-01-01', ''])(
  '%j is no date',
  (text) => {
    expect(parseIsoDate(text)).toBeUndefined();
  },
);

it('a moment may have an offset, and no more digits than its unit', () => {
  expect(parseIsoTimestamp('1970-01-01', 's')).toBe(0n);
  expect(parseIsoTimestamp('1970-01-01 01:00+01:00', 's')).toBe(0n);
  expect(parseIsoTimestamp('1970-01-01T00:00:00-0130', 's')).toBe(5400n);
  expect(parseIsoTimestamp('1970-01-01T00:00:00.5000Z', 'ms')).toBe(500n);
  expect(parseIsoTimestamp('1970-01-01T00:00:00.0005', 'ms')).toBeUndefined();
  for (const wrong of [
    '1970-01-01T24:00',
    '1970-01-01T00:60',
    '1970-01-01T00:00:60',
    '1970-01-01T',
    '1970-01-01T00:00+15:00',
  ])
    expect(parseIsoTimestamp(wrong, 'ns'), wrong).toBeUndefined();
});
