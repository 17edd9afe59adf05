/** Normal equations against exact elimination. */
import { describe, expect, test } from 'vitest';

import type { Gram } from '../../../src/folds/linear/gram.js';
import { solveGram, sumOfSquaresAfter } from '../../../src/folds/linear/solve-gram.js';
import { exactFit, exactGram } from './exact-fit.js';
import { summedGram } from './summed-gram.js';

/** A small generator of its own, so that data are the same everywhere. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function compare(columns: readonly (readonly number[])[], digits: number): void {
  const exact = exactFit(columns);
  for (const gram of [exactGram(columns), summedGram(columns)]) {
    const fit = solveGram(gram);
    const p = columns.length - 1;
    expect(fit.rank).toBe(p);
    exact.coefficients.forEach((value, i) => {
      expect(Math.abs(fit.coefficients[i]! / value - 1)).toBeLessThan(10 ** -digits);
      expect(Math.abs(fit.inverse[i * p + i]! / exact.inverseDiagonal[i]! - 1)).toBeLessThan(10 ** -digits);
    });
    expect(Math.abs(fit.residualSumOfSquares / exact.residualSumOfSquares - 1)).toBeLessThan(10 ** -digits);
  }
}

describe('solveGram', () => {
  test('well-conditioned columns of very different sizes', () => {
    const next = randoms(1);
    const rows = 60;
    const ones = Array.from({ length: rows }, () => 1);
    const columns = [1e12, 1e-9, 1].map((size) => Array.from({ length: rows }, () => next() * size));
    compare([ones, ...columns, ones.map((_, r) => columns[0]![r]! * 3e-12 + next())], 15);
  });

  test('columns that differ by parts in 10^9 keep their digits', () => {
    const next = randoms(2);
    const a = Array.from({ length: 40 }, () => next());
    const b = a.map((value) => value + next() * 1e-9);
    compare([a.map(() => 1), a, b, a.map((value, r) => value - 2 * b[r]! + next())], 11);
  });

  test('a mean a million million times the deviation', () => {
    const next = randoms(3);
    const x = Array.from({ length: 50 }, () => 1e12 + Math.round(next() * 8));
    compare([x.map(() => 1), x, x.map((value) => (value - 1e12) * 0.5 + next())], 7);
  });

  test('a polynomial of degree 10', () => {
    const x = Array.from({ length: 82 }, (_, i) => -8.75 + i / 16);
    const columns = Array.from({ length: 11 }, (_, k) => x.map((value) => value ** k));
    compare([...columns, x.map((value) => Math.sin(value * 40))], 10);
  });

  test('a residual far below the response loses no digits', () => {
    const next = randoms(4);
    const x = Array.from({ length: 50 }, () => next());
    compare([x.map(() => 1), x, x.map((value) => 1e6 + value * 1e6 + next() * 1e-5)], 8);
  });

  const next = randoms(5);
  const a = Array.from({ length: 200 }, () => next() * 100);
  const b = Array.from({ length: 200 }, () => next());
  const y = a.map((value, r) => value + b[r]! + next());
  const one = a.map(() => 1);
  const aliasedCases: [string, number[][], boolean[]][] = [
    ['a sum of two', [one, a, b, a.map((v, r) => v + b[r]!)], [false, false, false, true]],
    ['a multiple', [one, a, a.map((v) => v * 3), b], [false, false, true, false]],
    ['a multiple with an offset', [one, a, a.map((v) => v * 0.1 + 0.7), b], [false, false, true, false]],
    ['a constant beside ones', [one, a.map(() => 0.1), b], [false, true, false]],
    ['a column of zeros', [one, a.map(() => 0), b], [false, true, false]],
    [
      'all dummies of a factor',
      [one, ...[0, 1, 2].map((g) => a.map((_, r) => Number(r % 3 === g)))],
      [false, false, false, true],
    ],
    [
      'a near cancellation',
      [a, a.map((v, r) => 1e-6 * b[r]! - v), a.map((v, r) => v + (1e-6 * b[r]! - v))],
      [false, false, true],
    ],
    ['the same column many times', [a, a, a, a], [false, true, true, true]],
  ];
  test.each(aliasedCases)('%s is aliased, the first columns are kept', (_, columns, expected) => {
    const fit = solveGram(summedGram([...columns, y]));
    expect(fit.aliased).toEqual(expected);
    expect(fit.rank).toBe(expected.filter((no) => !no).length);
    const kept = columns.filter((_column, i) => !expected[i]);
    const exact = exactFit([...kept, y]);
    const found = [...fit.coefficients].filter((_value, i) => !expected[i]);
    found.forEach((value, i) => {
      expect(Math.abs(value / exact.coefficients[i]! - 1)).toBeLessThan(1e-9);
    });
    expected.forEach((is, i) => {
      expect(Number.isNaN(fit.coefficients[i])).toBe(is);
      expect(Number.isNaN(fit.inverse[i * columns.length + i])).toBe(is);
    });
  });

  test('many rows of a collinear column: rounding of a long sum is not taken for information', () => {
    const more = randoms(6);
    const p = Array.from({ length: 100_000 }, () => 1000 + more());
    const q = p.map(() => more());
    const fit = solveGram(
      summedGram([p.map(() => 1), p, q, p.map((v, r) => v - q[r]! * 7.3), q.map((v) => v + more())]),
    );
    expect(fit.aliased).toEqual([false, false, false, true]);
  });

  test('no columns, no response, zero response', () => {
    const none = solveGram(exactGram([[1, 2, 3]]));
    expect(none).toMatchObject({ rank: 0, residualSumOfSquares: 14, responseSumOfSquares: 14 });
    const zero = solveGram(
      exactGram([
        [1, 1],
        [0, 0],
      ]),
    );
    expect([...zero.coefficients]).toEqual([0]);
    expect(zero.residualSumOfSquares).toBe(0);
  });

  test('very large and very small numbers are scaled, not lost', () => {
    const x = [1, 2, 3, 4, 5.5];
    const z = [1, -1, 2, 0, 7];
    const fit = solveGram(exactGramOf(x, z, 1));
    for (const size of [2 ** 300, 2 ** -300]) {
      const other = solveGram(exactGramOf(x, z, size));
      expect(other.coefficients[0]).toBe(fit.coefficients[0]! / size);
      expect(other.residualSumOfSquares).toBe(fit.residualSumOfSquares);
    }
    function exactGramOf(column: number[], response: number[], size: number): Gram {
      return summedGram([column.map((v) => v * size), response]);
    }
  });

  test('sums that are not finite name their column', () => {
    for (const bad of [NaN, Infinity, 1e200]) {
      expect(() =>
        solveGram(
          summedGram([
            [1, 1],
            [1, bad],
            [1, 2],
          ]),
        ),
      ).toThrow(expect.objectContaining({ code: 'data', detail: { column: 1 } }) as Error);
    }
  });

  test('the sum of squares about the mean', () => {
    const response = [1e9 + 1, 1e9 + 2, 1e9 + 4];
    expect(sumOfSquaresAfter(exactGram([[1, 1, 1], response]), 0)).toBeCloseTo(14 / 3, 12);
    expect(
      sumOfSquaresAfter(
        exactGram([
          [0, 0, 0],
          [1, 2, 3],
        ]),
        0,
      ),
    ).toBe(14);
  });
});
