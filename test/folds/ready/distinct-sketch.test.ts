/** The ready fold distinctSketch: against exact counts, over columns of every kind. */
import { expect, test } from 'vitest';
import { createExecutor } from '../../../src/exec/executor.js';
import { col } from '../../../src/expr/builders.js';
import { folds } from '../../../src/folds/ready/index.js';
import { runReady } from '../../../src/folds/ready/run-ready.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { columnsSource } from '../../../src/storage/memory/memory-source.js';
import { inMemory, rowCount } from './sketch-rows.js';

const executor = createExecutor();
const rows = inMemory();

test('estimates are within three standard errors of the exact count', async () => {
  for (const columns of [['x'], ['name'], ['row'], ['n', 'flag'], ['day', 'name', 'n']] as const) {
    const [first, ...rest] = columns;
    const both = folds.all({
      about: folds.distinctSketch(first, ...rest),
      rough: folds.distinctSketch(first, ...rest, { precision: 8 }),
      exact: folds.distinct(first, ...rest),
    });
    const { about, rough, exact } = await runReady(rows, executor, both);
    expect(about.error).toBeCloseTo(1.04 / 128);
    expect(Math.abs(about.estimate / exact - 1), columns.join()).toBeLessThan(3 * about.error);
    expect(Math.abs(rough.estimate / exact - 1), columns.join()).toBeLessThan(3 * rough.error);
    expect(about.rows + about.skipped).toBe(rowCount);
  }
});

test('few values are counted exactly', async () => {
  const few = folds.distinctSketch(col('day'), col('n').gt(-1));
  expect(await runReady(rows, executor, few)).toEqual({
    estimate: await runReady(rows, executor, folds.distinct(col('day'), col('n').gt(-1))),
    error: 0,
    rows: rowCount,
    skipped: 0,
  });
  const odd = scan(columnsSource({ a: Float64Array.of(0, -0, NaN, NaN, 1), b: ['x', 'x', null, 'y', 'y'] }));
  expect(await runReady(odd, executor, folds.distinctSketch('a'))).toMatchObject({ estimate: 3, skipped: 0 });
  expect(await runReady(odd, executor, folds.distinctSketch('a', 'b'))).toMatchObject({
    estimate: 3,
    skipped: 1,
  });
  const none = folds.distinctSketch('a');
  expect(none.finish(none.init())).toEqual({ estimate: 0, error: 0, rows: 0, skipped: 0 });
});

test('batches and states add up to the same estimate', async () => {
  const fold = folds.distinctSketch('name', { precision: 12 });
  const table = await executor.collect(rows);
  const [a, b, c] = [0, 60_000, 61_000].map((at, i) =>
    fold.update(fold.init(), table.slice(at, [60_000, 61_000, rowCount][i])),
  );
  const whole = await runReady(rows, executor, fold);
  expect(fold.finish(fold.combine!(fold.combine!(a!, b!), c!))).toEqual(whole);
  expect(fold.finish(fold.combine!(c!, fold.combine!(a!, b!)))).toEqual(whole);
});

test('refuses no column and precisions that there are not', () => {
  expect(() => folds.distinctSketch({ precision: 9 } as never)).toThrow(/at least one column/);
  expect(() => folds.distinctSketch('a', { precision: 19 })).toThrow(/precision of folds.distinctSketch/);
  expect(() => folds.distinctSketch('a', { precsion: 9 } as never)).toThrow(/did you mean "precision"/);
});
