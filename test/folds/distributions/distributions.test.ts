/** Tails of distributions against values computed with 60 digits. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { fisherTail } from '../../../src/folds/distributions/fisher-f.js';
import { incompleteBeta } from '../../../src/folds/distributions/incomplete-beta.js';
import { normalTail } from '../../../src/folds/distributions/normal.js';
import { studentTail } from '../../../src/folds/distributions/student-t.js';

const reference = JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8')) as {
  readonly t: readonly (readonly [number, number, number])[];
  readonly f: readonly (readonly [number, number, number, number])[];
  readonly z: readonly (readonly [number, number])[];
};

function expectDigits(actual: number, expected: number, digits: number): void {
  if (expected === 0 || actual === 0) expect(actual).toBe(expected);
  else expect(Math.abs(actual / expected - 1), `${actual} for ${expected}`).toBeLessThan(10 ** -digits);
}

describe('tails', () => {
  test.each(reference.t)('of t at %d with %d degrees of freedom', (t, df, expected) => {
    expectDigits(studentTail(t, df), expected, 13);
    expect(studentTail(-t, df)).toBe(studentTail(t, df));
  });

  test.each(reference.f)('of F at %d with %d and %d degrees of freedom', (f, df1, df2, expected) => {
    expectDigits(fisherTail(f, df1, df2), expected, 12.5);
  });

  test.each(reference.z)('of z at %d', (z, expected) => {
    expectDigits(normalTail(z), expected, 14);
    expect(normalTail(-z)).toBe(normalTail(z));
  });

  test('at the ends and without freedom', () => {
    expect(studentTail(Infinity, 3)).toBe(0);
    expect(studentTail(1e300, 3)).toBe(0);
    expect(studentTail(1, 0)).toBeNaN();
    expect(studentTail(NaN, 3)).toBeNaN();
    expect(fisherTail(0, 1, 2)).toBe(1);
    expect(fisherTail(Infinity, 1, 2)).toBe(0);
    expect(fisherTail(1, 0, 2)).toBeNaN();
    expect(normalTail(Infinity)).toBe(0);
    expect(normalTail(NaN)).toBeNaN();
    expect([incompleteBeta(0, 1, 2, 3), incompleteBeta(1, 0, 2, 3)]).toEqual([0, 1]);
  });

  test('t with one degree of freedom is Cauchy', () => {
    for (const t of [0.1, 1, 7, 1e5]) expectDigits(studentTail(t, 1), (2 / Math.PI) * Math.atan2(1, t), 14);
  });

  test('t squared is F with one degree of freedom', () => {
    for (const t of [0.4, 2, 11]) expectDigits(fisherTail(t * t, 1, 17), studentTail(t, 17), 13);
  });
});
