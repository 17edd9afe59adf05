/** lm through the engine: reference values, weights, nulls, feeders, settings, what it refuses. */
import { describe, expect, test } from 'vitest';

import { col, lm, tbl } from 'spillway';
import type { LinearModel } from 'spillway';

import { everything, sample, samples } from './sample.js';
import { exactFit } from '../linear/exact-fit.js';
import { digits, nistData } from '../../golden/nist/nist-data.js';

const longley = nistData.find(({ name }) => name === 'Longley')!;
const longleyTerms = ['gnpDeflator', 'gnp', 'unemployed', 'armedForces', 'population', 'year'] as const;
const rows = longley.y.map((total, r) => ({
  total,
  gnpDeflator: longley.x['gnpDeflator']![r]!,
  gnp: longley.x['gnp']![r]!,
  unemployed: longley.x['unemployed']![r]!,
  armedForces: longley.x['armedForces']![r]!,
  population: longley.x['population']![r]!,
  year: longley.x['year']![r]!,
}));

describe('lm', () => {
  test('Longley through a query, as R prints it', async () => {
    const fit = await lm(tbl(rows), { y: 'total', x: longleyTerms });
    expect(digits(Object.values(fit.coefficients), longley.certified.coefficients)).toBeGreaterThan(14);
    expect(digits(Object.values(fit.standardErrors), longley.certified.standardErrors)).toBeGreaterThan(14);
    expect(fit.coefficients.gnp).toBeCloseTo(-0.035819179292591, 15);
    expect(fit).toMatchObject({ dfResidual: 9, rows: 16, skipped: 0, aliased: [] });
    expect(fit.fStatistic?.value).toBeCloseTo(330.285339234588, 9);
    expect(String(fit)).toMatchInlineSnapshot(`
      "lm(total ~ gnpDeflator + gnp + unemployed + armedForces + population + year)

      Coefficients:
                    Estimate Std. Error t value Pr(>|t|)
      (Intercept) -3.482e+06  8.904e+05  -3.911 0.003560 **
      gnpDeflator  1.506e+01  8.491e+01   0.177 0.863141
      gnp         -3.582e-02  3.349e-02  -1.070 0.312681
      unemployed  -2.020e+00  4.884e-01  -4.136 0.002535 **
      armedForces -1.033e+00  2.143e-01  -4.822 0.000944 ***
      population  -5.110e-02  2.261e-01  -0.226 0.826212
      year         1.829e+03  4.555e+02   4.016 0.003037 **
      ---
      Signif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1

      Residual standard error: 304.9 on 9 degrees of freedom
      Multiple R-squared: 0.9955, Adjusted R-squared: 0.9925
      F-statistic: 330.3 on 6 and 9 DF, p-value: 4.984e-10
      16 rows"
    `);
  });
});

describe('against exact elimination', () => {
  function expectFit(fit: LinearModel, columns: readonly (readonly number[])[], rows: number): void {
    const exact = exactFit(columns);
    const variance = exact.residualSumOfSquares / (rows - exact.coefficients.length);
    Object.values(fit.coefficients).forEach((value, i) => {
      expect(Math.abs(value / exact.coefficients[i]! - 1)).toBeLessThan(1e-14);
    });
    Object.values(fit.standardErrors).forEach((value, i) => {
      expect(Math.abs(value / Math.sqrt(variance * exact.inverseDiagonal[i]!) - 1)).toBeLessThan(1e-14);
    });
    expect(fit.residualStandardError).toBeCloseTo(Math.sqrt(variance), 12);
    expect(fit.sumOfSquares.residual / exact.residualSumOfSquares).toBeCloseTo(1, 14);
  }
  const ones = sample.map(() => 1);
  const a = sample.map((row) => row.a);
  const b = sample.map((row) => row.b);
  const y = sample.map((row) => row.y);

  test('terms of numbers', async () => {
    expectFit(await lm(samples, { y: 'y', x: ['a', 'b'] }), [ones, a, b, y], 5000);
  });

  test('weights multiply rows by their roots', async () => {
    const root = sample.map(({ w }) => Math.sqrt(w));
    const scaled = [ones, a, b, y].map((column) => column.map((value, r) => value * root[r]!));
    const fit = await lm(samples, { y: 'y', x: ['a', 'b'], weights: 'w' });
    expectFit(fit, scaled, 5000);
    const w = sample.reduce((sum, row) => sum + row.w, 0);
    const mean = sample.reduce((sum, row) => sum + row.w * row.y, 0) / w;
    const total = sample.reduce((sum, row) => sum + row.w * (row.y - mean) ** 2, 0);
    expect(fit.sumOfSquares.total / total).toBeCloseTo(1, 12);
    expect(fit.rSquared).toBeCloseTo(1 - fit.sumOfSquares.residual / total, 12);
  });

  test('rows of weight zero are no part of the fit', async () => {
    const half = samples.mutate({ w: col('group').eq(0).cast('int32') });
    const weighted = await lm(half, { y: 'y', x: ['a', 'b'], weights: 'w' });
    const filtered = await lm(
      samples.filter((r) => r.group.eq(0)),
      { y: 'y', x: ['a', 'b'] },
    );
    expect(everything(weighted)).toEqual(everything(filtered));
    expect(weighted.rows).toBe(1667);
  });

  test('booleans, expressions and terms with names', async () => {
    const fit = await lm(samples, { y: col('y').sub(3), x: { late: 'late', twice: col('a').mul(2) } });
    expect(fit.formula).toBe('y - 3 ~ late + twice');
    const late = sample.map((row) => Number(row.late));
    expectFit(fit, [ones, late, a.map((v) => v * 2), y.map((v) => v - 3)], 5000);
  });

  test('every type of numbers', async () => {
    const small = sample.slice(0, 200);
    const values = small.map((_, i) => (i * 37) % 101);
    const columns = {
      i8: Int8Array.from(values),
      u16: Uint16Array.from(values, (v) => (v * v) % 211),
      f32: Float32Array.from(values, (v) => (v % 13) / 8),
      i64: BigInt64Array.from(values, (v) => BigInt((v * 5) % 89)),
      y: Float64Array.from(small, ({ y: value }) => value),
    };
    const fit = await lm(tbl(columns), { y: 'y', x: ['i8', 'u16', 'f32', 'i64'] });
    const exactColumns = Object.values(columns).map((column) =>
      Array.from(column as ArrayLike<number>, Number),
    );
    expectFit(fit, [values.map(() => 1), ...exactColumns], 200);
  });
});

describe('nulls and shapes', () => {
  test('rows with a null anywhere are skipped and counted', async () => {
    const gaps = sample.map((row, i) => ({
      ...row,
      a: i % 10 === 0 ? null : row.a,
      y: i % 10 === 1 ? null : row.y,
      w: i % 10 === 2 ? null : row.w,
    }));
    const fit = await lm(tbl(gaps), { y: 'y', x: ['a', 'b'], weights: 'w' });
    expect(fit).toMatchObject({ rows: 3500, skipped: 1500 });
    const whole = gaps.filter((_, i) => i % 10 > 2);
    expect(fit.coefficients).toEqual(
      (await lm(tbl(whole), { y: 'y', x: ['a', 'b'], weights: 'w' })).coefficients,
    );
    expect(String(fit)).toContain('3,500 rows, 1,500 skipped because of nulls');
  });

  test('no terms: the mean and its error', async () => {
    const fit = await lm(tbl([{ y: 1 }, { y: 2 }, { y: 6 }]), { y: 'y' });
    expect(fit.coefficients['(Intercept)']).toBe(3);
    expect(fit.standardErrors['(Intercept)']).toBeCloseTo(Math.sqrt(7 / 3), 15);
    expect(fit.fStatistic).toBeUndefined();
    expect(String(fit)).toMatchInlineSnapshot(`
      "lm(y ~ 1)

      Coefficients:
                  Estimate Std. Error t value Pr(>|t|)
      (Intercept)    3.000      1.528   1.964    0.188

      Residual standard error: 2.646 on 2 degrees of freedom
      3 rows"
    `);
  });

  test('without an intercept R² is about zero', async () => {
    const fit = await lm(
      tbl([
        { x: 1, y: 10 },
        { x: 2, y: 11 },
        { x: 3, y: 12 },
      ]),
      { y: 'y', x: 'x', intercept: false },
    );
    expect(fit.names).toEqual(['x']);
    expect(fit.coefficients.x).toBeCloseTo(68 / 14, 14);
    expect(fit.sumOfSquares.total).toBe(365);
    expect(fit.rSquared).toBeCloseTo(68 ** 2 / 14 / 365, 14);
    expect(fit.fStatistic).toMatchObject({ df1: 1, df2: 2 });
    expect(fit.formula).toBe('y ~ x + 0');
  });

  test('as many terms as rows: no errors, no tests', async () => {
    const fit = await lm(
      tbl([
        { x: 1, y: 10 },
        { x: 2, y: 12 },
      ]),
      { y: 'y', x: 'x' },
    );
    expect(fit.coefficients.x).toBeCloseTo(2, 14);
    expect(fit.dfResidual).toBe(0);
    expect(fit.standardErrors.x).toBeNaN();
    expect(fit.fStatistic?.pValue).toBeNaN();
    expect(String(fit)).toMatchInlineSnapshot(`
      "lm(y ~ x)

      Coefficients:
                  Estimate Std. Error t value Pr(>|t|)
      (Intercept)        8         NA      NA       NA
      x                  2         NA      NA       NA

      No residual degrees of freedom: there are as many terms as rows.
      Multiple R-squared: 1, Adjusted R-squared: NA
      F-statistic: NA on 1 and 0 DF, p-value: NA
      2 rows"
    `);
  });

  test('fewer rows than terms: the first terms are kept', async () => {
    const fit = await lm(
      tbl([
        { a: 1, b: 5, c: 2, y: 10 },
        { a: 2, b: 1, c: 8, y: 12 },
      ]),
      { y: 'y', x: ['a', 'b', 'c'] },
    );
    expect(fit.aliased).toEqual(['b', 'c']);
    expect(fit.coefficients.b).toBeNaN();
    expect(fit.predict({ a: 1, b: 0, c: 0 })).toBeCloseTo(10, 12);
  });

  test('one row, and a constant response', async () => {
    expect((await lm(tbl([{ y: 4 }]), { y: 'y' })).coefficients['(Intercept)']).toBe(4);
    const flat = await lm(
      tbl([
        { x: 1, y: 4 },
        { x: 2, y: 4 },
        { x: 5, y: 4 },
      ]),
      { y: 'y', x: 'x' },
    );
    expect(flat.coefficients.x).toBeCloseTo(0, 14);
    expect(flat.sumOfSquares).toMatchObject({ total: 0 });
    expect(flat.rSquared).toBeNaN();
  });

  test("collinear terms are found in the engine's sums", async () => {
    const q = samples.mutate({
      sum: (r) => r.a.add(r.b).mul(0.1),
      zero: (r) => r.group.eq(0),
      one: (r) => r.group.eq(1),
      two: (r) => r.group.eq(2),
    });
    const fit = await lm(q, { y: 'y', x: ['a', 'b', 'sum', 'zero', 'one', 'two'] });
    expect(fit.aliased).toEqual(['sum', 'two']);
    expect(String(fit)).toContain('(2 not defined because of singularities)');
    expect(String(fit)).toMatch(/sum +NA +NA +NA +NA\n/);
  });

  test('odd names', async () => {
    const data = [0, 1, 2, 3].map((i) =>
      Object.fromEntries([
        ['__proto__', i],
        ['then', i * i],
        ['y', i + (i % 2)],
      ]),
    );
    const names = ['__proto__', 'then'];
    const fit = await lm(tbl<Record<string, number>>(data), { y: 'y', x: names });
    expect(Object.keys(fit.coefficients)).toEqual(['(Intercept)', '__proto__', 'then']);
    expect(fit.coefficients['__proto__']).toEqual(expect.any(Number));
  });
});
