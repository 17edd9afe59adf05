/** One fit, whatever the settings and wherever the rows come from; and what follows from it. */
import { describe, expect, test } from 'vitest';

import { col, linalg, lm, tbl } from 'spillway';

import { everything, sample, samples } from './sample.js';

describe('the same fit', () => {
  const spec = { y: 'y', x: ['a', 'b', 'late'], weights: 'w' } as const;

  test('under every setting', async () => {
    const once = everything(await lm(samples, spec));
    for (const run of [
      { threads: 1 },
      { threads: 2 },
      { morselPages: 1 },
      { memory: '16MB' },
      { rules: { off: ['prune-columns'] } },
    ])
      expect(everything(await lm(samples, { ...spec, ...run }))).toEqual(once);
  });

  test('from a query, from shards and from feeders of every chunk size', async () => {
    const once = everything(await lm(samples, spec));
    await using shards = await samples.offload({ by: 'group' });
    expect(everything(await lm(shards, spec))).toEqual(once);
    const chunks = function* (size: number): Generator<typeof sample> {
      for (let at = 0; at < sample.length; at += size) yield sample.slice(at, at + size);
    };
    for (const size of [1, 100, 4999]) expect(everything(await lm(() => chunks(size), spec))).toEqual(once);
    expect(everything(await lm(chunks(700), spec))).toEqual(once);
    expect(everything(await lm(sample, spec))).toEqual(once);
    expect(everything(await lm(await samples.collect(), spec))).toEqual(once);
    expect(everything(await lm(samples.chunkFeeder(), spec))).toEqual(once);
    const column = (name: 'a' | 'b' | 'y' | 'w'): Float64Array =>
      Float64Array.from(sample, (row) => row[name]);
    const columns = {
      a: column('a'),
      b: column('b'),
      y: column('y'),
      w: column('w'),
      late: sample.map(({ late }) => Number(late)),
    };
    expect(everything(await lm(columns, spec))).toEqual(once);
    expect(everything(await lm([columns], spec))).toEqual(once);
  });
});

test('the fold written by hand, over the query and over shards', async () => {
  const fit = await lm(samples, { y: 'y', x: ['a', 'b'] });
  const columns = ['a', 'b', 'y'] as const;
  await using shards = await samples.offload({ by: 'group' });
  for (const rows of [samples, shards]) {
    const sums = await rows.collectChunked(
      (acc, batch) => linalg.add(acc, linalg.crossprod(batch.matrix(columns, { intercept: true }))),
      { init: linalg.zeros(4, 4), combine: linalg.add },
    );
    const part = (cols: readonly number[]): number[][] =>
      [0, 1, 2].map((i) => cols.map((j) => sums.data[i * 4 + j]!));
    const found = linalg.solve(linalg.matrix(part([0, 1, 2])), linalg.matrix(part([3])).data);
    found.forEach((value, i) => {
      expect(value / fit.coefficients[fit.names[i]!]).toBeCloseTo(1, 10);
    });
  }
});

describe('what follows from a fit', () => {
  test('predictions of rows, tables and in queries', async () => {
    const fit = await lm(samples, { y: 'y', x: ['a', 'late'] });
    const { coefficients: c } = fit;
    const byHand = c['(Intercept)'] + c.a * 2 + c.late;
    expect(fit.predict({ a: 2, late: true })).toBeCloseTo(byHand, 13);
    expect(fit.predict({ a: null, late: true })).toBeNaN();
    const table = await tbl([
      { a: 2, late: true },
      { a: null, late: true },
      { a: 2, late: false },
    ]).collect();
    expect(fit.predict(table)).toEqual(
      Float64Array.of(fit.predict({ a: 2, late: true }), NaN, fit.predict({ a: 2, late: false })),
    );
    const rest = await samples.mutate({ rest: col('y').sub(fit.expression()) }).pull('rest');
    expect(
      rest.reduce((sum: number, value) => sum + Number(value) ** 2, 0) / fit.sumOfSquares.residual,
    ).toBeCloseTo(1, 12);
    expect(() => fit.predict({ a: 1 } as unknown as { a: number; late: number })).toThrow(/"late"/);
    expect(() => fit.predict({ a: 'x', late: 1 } as unknown as { a: number; late: number })).toThrow(
      /predict takes numbers/,
    );
  });

  test('covariance holds the squares of the standard errors', async () => {
    const fit = await lm(samples, { y: 'y', x: ['a', 'b'] });
    expect(fit.covariance).toMatchObject({ rows: 3, cols: 3 });
    fit.names.forEach((name, i) => {
      expect(fit.covariance.data[i * 4]).toBeCloseTo(fit.standardErrors[name] ** 2, 14);
    });
  });
});
