/** Ready folds as values: over plans, batch by batch, combined, saved; what they refuse. */
import { expect, test } from 'vitest';
import { createExecutor } from '../../src/exec/executor.js';
import { col } from '../../src/expr/builders.js';
import { sum } from '../../src/expr/aggregate-builders.js';
import { folds } from '../../src/folds/ready/index.js';
import { checkReady, foldReady, runReady } from '../../src/folds/ready/run-ready.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { columnsSource } from '../../src/storage/memory/memory-source.js';

const executor = createExecutor();
const plan = scan(
  columnsSource({
    x: [3, null, 1, 2, 2],
    name: ['a', 'b', null, 'a', 'b'],
  }),
);

test('counts rows and values', async () => {
  expect(await runReady(plan, executor, folds.count())).toBe(5);
  expect(await runReady(plan, executor, folds.count('x'))).toBe(4);
  expect(await runReady(plan, executor, folds.count(col('name').eq('a')))).toBe(4);
});

test('answers exactly by plans', async () => {
  expect(await runReady(plan, executor, folds.median('x'))).toBe(2);
  expect(await runReady(plan, executor, folds.median(col('x').mul(10)))).toBe(20);
  expect(await runReady(plan, executor, folds.distinct('x'))).toBe(3);
  expect(await runReady(plan, executor, folds.distinct('x', 'name'))).toBe(3);
});

test('several folds at once give their results by name', async () => {
  const several = folds.all({ rows: folds.count(), there: folds.count('x'), middle: folds.median('x') });
  expect(await runReady(plan, executor, several)).toEqual({ rows: 5, there: 4, middle: 2 });
  expect(several.label).toBe('all(rows: count(), there: count(x), middle: median(x))');
});

test('updates and combines batch by batch, from nothing', async () => {
  const fold = folds.all({ rows: folds.count(), there: folds.count('x') });
  const table = await executor.collect(plan);
  const first = fold.update(fold.init(), table.slice(0, 2));
  const second = fold.update(fold.init(), table.slice(2));
  const both = fold.combine!(first, second);
  expect(fold.finish(both)).toEqual({ rows: 5, there: 4 });
  expect(fold.finish(fold.combine!(fold.init(), both))).toEqual({ rows: 5, there: 4 });
  expect(fold.finish(fold.load(fold.save(both)))).toEqual({ rows: 5, there: 4 });
  expect(fold.finish(fold.init())).toEqual({ rows: 0, there: 0 });
});

test('goes on from a saved accumulator', async () => {
  const { acc } = await foldReady(plan, executor, folds.count('x'));
  const again = await foldReady(plan, executor, folds.count('x'), {}, acc);
  expect(folds.count('x').finish(again.acc)).toBe(8);
});

test('refuses what it cannot fold', async () => {
  expect(() => checkReady(plan, folds.count('misspelt'))).toThrow(/no column "misspelt"/);
  expect(() => checkReady(plan, folds.median('name'))).toThrow(
    /median\(name\) takes numbers or booleans; name is utf8/,
  );
  expect(() => folds.count(sum('x') as never)).toThrow(/is an aggregate/);
  expect(() => folds.all({})).toThrow(/at least one fold/);
  expect(() => folds.all({ a: 3 as never })).toThrow(/"a" is no ready fold/);
  const table = await executor.collect(plan);
  const computed = folds.count(col('x').mul(2));
  expect(() => computed.update(computed.init(), table)).toThrow(/make it a column with mutate/);
  const exact = folds.median('x');
  expect('combine' in exact).toBe(false);
  expect(() => exact.update(exact.init(), table)).toThrow(/needs all values together/);
});

test('refuses damaged accumulators', async () => {
  const { acc } = await foldReady(plan, executor, folds.count('x'));
  const fold = folds.count('x');
  for (let size = 1; size < acc.length; size++) {
    expect(() => fold.load(acc.subarray(0, size)), `${size} bytes`).toThrow(/damaged/);
  }
  const hostile = acc.slice();
  hostile.set([255, 255, 255, 255], 12);
  expect(() => fold.load(hostile)).toThrow(/damaged/);
});

test('refuses states that the engine cannot read, and states of other columns', async () => {
  const fold = folds.crossprod({ x: ['x'] });
  const { acc } = await foldReady(plan, executor, fold);
  const table = await executor.collect(plan);
  const broken = acc.slice();
  broken.fill(255, acc.length - 16);
  expect(() => fold.combine!(acc, broken)).toThrow(expect.objectContaining({ code: 'format' }));
  expect(() => fold.update(broken, table)).toThrow(expect.objectContaining({ code: 'format' }));
  const reals = scan(columnsSource({ x: [0.5] }));
  const other = await foldReady(reals, executor, fold);
  const whole = await foldReady(scan(columnsSource({ x: Int32Array.of(1) })), executor, fold);
  expect(() => fold.combine!(whole.acc, other.acc)).toThrow(expect.objectContaining({ code: 'data' }));
  await expect(foldReady(reals, executor, fold, {}, whole.acc)).rejects.toMatchObject({ code: 'changed' });
});
