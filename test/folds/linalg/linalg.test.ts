/** Small matrices: products, equations, least squares, and what they refuse. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Matrix } from '../../../src/data/matrix.js';
import { linalg } from '../../../src/folds/linalg/index.js';

const { add, crossprod, identity, matrix, multiply, qrSolve, solve, transpose, zeros } = linalg;

/** Whole numbers, so that sums are exact. */
function wholeMatrix(rows: number, cols: number): fc.Arbitrary<number[][]> {
  const row = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: cols, maxLength: cols });
  return fc.array(row, { minLength: rows, maxLength: rows });
}

function largest(a: Matrix): number {
  return a.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

describe('products', () => {
  const a = matrix([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);

  test('crossprod is the transpose times the matrix', () => {
    expect(linalg.rows(crossprod(a))).toEqual([
      [35, 44],
      [44, 56],
    ]);
    expect(linalg.rows(crossprod(a, [1, 0, 2]))).toEqual([[11], [14]]);
    expect(linalg.rows(crossprod(Float64Array.of(1, 2)))).toEqual([[5]]);
  });

  test('multiply, transpose, add', () => {
    expect(linalg.rows(multiply(transpose(a), a))).toEqual(linalg.rows(crossprod(a)));
    expect(linalg.rows(multiply(a, [1, -1]))).toEqual([[-1], [-1], [-1]]);
    expect(linalg.rows(add(a, a))).toEqual([
      [2, 4],
      [6, 8],
      [10, 12],
    ]);
  });

  test('sums over any split of the rows are those of all rows', () => {
    fc.assert(
      fc.property(wholeMatrix(7, 3), fc.integer({ min: 0, max: 7 }), (rows, at) => {
        const parts = [rows.slice(0, at), rows.slice(at)].filter((part) => part.length > 0);
        const sum = parts.reduce<Matrix>((acc, part) => add(acc, crossprod(matrix(part))), zeros(3, 3));
        expect([...sum.data]).toEqual([...crossprod(matrix(rows)).data]);
      }),
    );
  });

  test('an accumulator that was cloned is still a matrix', () => {
    const copy = structuredClone(crossprod(a));
    expect(linalg.rows(add(copy, copy))).toEqual([
      [70, 88],
      [88, 112],
    ]);
  });

  test('nothing changes its arguments', () => {
    const before = linalg.rows(a);
    solve(crossprod(a), [1, 2]);
    qrSolve(a, [1, 2, 3]);
    add(a, a);
    expect(linalg.rows(a)).toEqual(before);
  });
});

describe('solve', () => {
  test('equations with one or more right sides, and the inverse', () => {
    const a = matrix([
      [0, 2],
      [3, 4],
    ]);
    expect(solve(a, [2, 10])).toEqual(Float64Array.of(2, 1));
    expect(
      linalg.rows(
        solve(
          a,
          matrix([
            [2, 0],
            [10, 3],
          ]),
        ),
      ),
    ).toEqual([
      [2, 1],
      [1, 0],
    ]);
    expect(linalg.rows(multiply(solve(a), a))).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test('what it gives satisfies the equations', () => {
    fc.assert(
      fc.property(wholeMatrix(5, 5), wholeMatrix(5, 2), (rows, right) => {
        const a = add(
          matrix(rows),
          multiply(
            identity(5),
            matrix([0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].map((j) => (i === j ? 60 : 0)))),
          ),
        );
        const rest = add(
          multiply(a, solve(a, matrix(right))),
          multiply(
            matrix(right),
            matrix([
              [-1, 0],
              [0, -1],
            ]),
          ),
        );
        expect(largest(rest)).toBeLessThan(1e-12);
      }),
    );
  });

  test('a singular matrix is an error that says which pivot', () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    expect(() => solve(matrix(rows))).toThrow(
      expect.objectContaining({
        code: 'data',
        detail: { pivot: 2 },
        message: expect.stringContaining('pivot 2') as string,
      }) as Error,
    );
    expect(() => solve(zeros(2, 2), [1, 1])).toThrow(
      expect.objectContaining({ code: 'data', detail: { pivot: 0 } }) as Error,
    );
    expect(() => solve(matrix([[NaN]]), [1])).toThrow(/not finite/);
  });

  test('columns of very different sizes are not singular', () => {
    expect(
      solve(
        matrix([
          [1e-200, 0],
          [0, 1e200],
        ]),
        [1e-200, 1e200],
      ),
    ).toEqual(Float64Array.of(1, 1));
  });
});

describe('qrSolve', () => {
  test('a line through points', () => {
    const x = matrix([
      [1, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    const b = qrSolve(x, [1, 3, 5, 7]);
    expect(b[0]).toBeCloseTo(1, 14);
    expect(b[1]).toBeCloseTo(2, 14);
    expect(qrSolve(x, matrix([[1], [3], [5], [7]])).rows).toBe(2);
  });

  test('residuals are orthogonal to the columns', () => {
    fc.assert(
      fc.property(
        wholeMatrix(9, 3),
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 9, maxLength: 9 }),
        (rows, y) => {
          const x = matrix(rows.map((row, i) => row.map((value, j) => value + (i === j ? 40 : 0))));
          const residual = add(
            multiply(x, qrSolve(x, y)),
            y.map((value) => -value),
          );
          expect(largest(crossprod(x, residual.data))).toBeLessThan(1e-11);
        },
      ),
    );
  });

  test('keeps digits that normal equations in floats lose', () => {
    const e = 1e-9;
    const x = matrix([
      [1, 1],
      [e, 0],
      [0, e],
    ]);
    const b = qrSolve(x, [2, e, e]);
    expect(b[0]).toBeCloseTo(1, 6);
    expect(() => solve(crossprod(x), crossprod(x, [2, e, e]))).toThrow(/singular/);
  });

  test('dependent columns and NaN are errors that say which', () => {
    expect(() =>
      qrSolve(
        matrix([
          [1, 2],
          [2, 4],
          [3, 6],
        ]),
        [1, 2, 3],
      ),
    ).toThrow(expect.objectContaining({ code: 'data', detail: { pivot: 1 } }) as Error);
    expect(() => qrSolve(matrix([[NaN], [1]]), [1, 2])).toThrow(/column 0 of x has NaN/);
  });
});

describe('arguments', () => {
  const a = zeros(2, 3);
  const bad: [string, () => unknown, RegExp][] = [
    ['crossprod of unequal rows', () => crossprod(a, zeros(3, 1)), /a is 2 × 3, b 3 × 1/],
    ['add of two shapes', () => add(a, zeros(3, 2)), /one shape/],
    ['multiply', () => multiply(a, a), /as many columns in a as rows in b/],
    ['solve of no square', () => solve(a), /square/],
    ['solve with a short right side', () => solve(identity(2), [1]), /as many rows/],
    ['qrSolve of a wide matrix', () => qrSolve(a, [1, 2]), /at least as many rows/],
    ['ragged rows', () => matrix([[1], [1, 2]]), /row 1/],
    ['rows of text', () => matrix([['a'] as unknown as number[]]), /row 0/],
    ['rows where a list is meant', () => crossprod([[1, 2]] as unknown as number[]), /linalg\.matrix/],
    ['something else', () => transpose('x' as unknown as number[]), /must be a matrix/],
    [
      'numbers that do not fill the shape',
      () => transpose({ data: new Float64Array(3), rows: 2, cols: 2 }),
      /3 numbers/,
    ],
    ['zeros of a fraction', () => zeros(1.5, 1), /zeros takes/],
  ];
  test.each(bad)('%s', (_, call, message) => {
    expect(call).toThrow(
      expect.objectContaining({
        code: 'argument',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});

test('rows of a matrix', () => {
  expect(
    linalg.rows(
      matrix([
        [1, 2],
        [3, 4],
      ]),
    ),
  ).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(linalg.rows([5, 6])).toEqual([[5], [6]]);
  expect(linalg.rows(zeros(0, 0))).toEqual([]);
});
