/** crossprod: exact sums of products, whatever the split, with weights, nulls and other types of numbers. */
import { expect, test } from 'vitest';
import { createExecutor } from '../../src/exec/executor.js';
import { col } from '../../src/expr/builders.js';
import { folds } from '../../src/folds/ready/index.js';
import { runReady } from '../../src/folds/ready/run-ready.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { columnsSource } from '../../src/storage/memory/memory-source.js';

const executor = createExecutor();
const rows = 20_011;
const a = Float64Array.from({ length: rows }, (_, i) => ((i * 7919) % 1009) - 500);
const b = Int32Array.from({ length: rows }, (_, i) => (i * 104_729) % 2003);
const y = Float64Array.from({ length: rows }, (_, i) => 3 + 2 * a[i]! - b[i]!);
const weight = Float64Array.from({ length: rows }, (_, i) => (i % 4) ** 2);
const plan = scan(columnsSource({ a, b, y, weight }));

function dot(u: ArrayLike<number>, v: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += u[i]! * v[i]!;
  return sum;
}

test('is the sums of products', async () => {
  const ones = new Float64Array(rows).fill(1);
  const got = await runReady(plan, executor, folds.crossprod({ x: ['a', 'b'], y: 'y', intercept: true }));
  const columns = [ones, a, b];
  expect([...got.xtx.data]).toEqual(columns.flatMap((u) => columns.map((v) => dot(u, v))));
  expect([...got.xty.data]).toEqual(columns.map((u) => dot(u, y)));
  expect([...got.yty.data]).toEqual([dot(y, y)]);
  expect(got).toMatchObject({
    names: ['(Intercept)', 'a', 'b'],
    responses: ['y'],
    rows,
    skipped: 0,
    sumWeights: rows,
  });
  expect([got.xtx.rows, got.xtx.cols, got.xty.rows, got.xty.cols]).toEqual([3, 3, 3, 1]);
});

test('weighs rows and leaves out those of weight 0', async () => {
  const fold = folds.crossprod({ x: 'a', weights: 'weight', intercept: true });
  const got = await runReady(plan, executor, fold);
  const wa = a.map((value, i) => value * weight[i]!);
  expect([...got.xtx.data]).toEqual([
    dot(weight, new Float64Array(rows).fill(1)),
    dot(weight, a),
    dot(weight, a),
    dot(wa, a),
  ]);
  const kept = weight.filter((value) => value > 0).length;
  expect(got).toMatchObject({ rows: kept, skipped: rows - kept, sumWeights: got.xtx.data[0] });
  const negative = folds.crossprod({ x: 'a', weights: col('weight').sub(1) });
  await expect(runReady(plan, executor, negative)).rejects.toMatchObject({ code: 'data' });
});

test('leaves out rows with a null and counts them', async () => {
  const holes = scan(columnsSource({ a: [1, null, 3, 4], b: [true, true, null, false] }));
  const got = await runReady(holes, executor, folds.crossprod({ x: ['a', 'b'] }));
  expect([...got.xtx.data]).toEqual([17, 1, 1, 1]);
  expect(got).toMatchObject({ rows: 2, skipped: 2 });
});

test('the same bits on one thread and on two, in pieces and at once', async () => {
  const x = Float64Array.from({ length: rows }, (_, i) => Math.sin(i) * 10 ** (i % 9));
  const z = Float64Array.from({ length: rows }, (_, i) => Math.cos(3 * i) + 1e5);
  const source = scan(columnsSource({ x, z }));
  const fold = folds.crossprod({ x: ['x', 'z'], intercept: true });
  const whole = await runReady(source, executor, fold, { threads: 1 });
  for (const options of [{ threads: 2 }, { threads: 2, morselPages: 1 }]) {
    expect(await runReady(source, executor, fold, options)).toEqual(whole);
  }
  const table = await executor.collect(source);
  let acc = fold.init();
  for (const [start, end] of [
    [9000, 20_011],
    [0, 13],
    [13, 9000],
  ]) {
    acc = fold.combine!(acc, fold.update(fold.init(), table.slice(start, end)));
  }
  expect(fold.finish(acc)).toEqual(whole);
});

test('gives what plain sums give where values are not finite', async () => {
  const wild = scan(columnsSource({ a: [1, Infinity, 2], b: [1, 0, 1], c: [1e200, 2, 1] }));
  const got = await runReady(wild, executor, folds.crossprod({ x: ['a', 'b', 'c'] }));
  expect([...got.xtx.data]).toEqual([
    Infinity,
    NaN,
    Infinity,
    NaN,
    2,
    1e200 + 1,
    Infinity,
    1e200 + 1,
    Infinity,
  ]);
});

test('no rows give zeros', async () => {
  const fold = folds.crossprod({ x: ['a', 'b'], y: 'y', intercept: true });
  const got = fold.finish(fold.init());
  expect([...got.xtx.data]).toEqual(new Array(9).fill(0));
  expect(got).toMatchObject({ rows: 0, skipped: 0, sumWeights: 0 });
});

test('says what is wrong', async () => {
  expect(() => folds.crossprod({ x: [] })).toThrow(/at least one column/);
  expect(() => folds.crossprod({ x: 'a', weight: 'w' } as never)).toThrow(
    /no option "weight"; did you mean "weights"/,
  );
  const text = scan(columnsSource({ a: ['x'] }));
  await expect(runReady(text, executor, folds.crossprod({ x: 'a' }))).rejects.toMatchObject({ code: 'type' });
});
