/** The ready fold quantileSketch: ranks against DuckDB's within the stated error, values in the column's type. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExecutor } from '../../../src/exec/executor.js';
import { col } from '../../../src/expr/builders.js';
import { folds } from '../../../src/folds/ready/index.js';
import { runReady } from '../../../src/folds/ready/run-ready.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import type { ColumnInput } from '../../../src/data/import-rows.js';
import { Schema } from '../../../src/data/schema.js';
import { date, float64, int64, timestamp, uint64 } from '../../../src/data/types.js';
import type { DataType } from '../../../src/data/types.js';
import { columnsSource, rowsSource } from '../../../src/storage/memory/memory-source.js';
import { Oracle } from '../../logic/oracle.js';
import { inMemory, rowCount, sql } from './sketch-rows.js';

const executor = createExecutor();
let oracle: Oracle;

beforeAll(async () => {
  oracle = await Oracle.open();
  await oracle.run([`create table t as ${sql}`]);
});
afterAll(() => oracle.close());

const of = (columns: Record<string, ColumnInput>) => scan(columnsSource(columns));
const typed = (type: DataType, values: readonly unknown[]) =>
  scan(
    rowsSource(
      values.map((x) => ({ x })),
      new Schema([{ name: 'x', type, nullable: true }]),
    ),
  );

/** Share of the values of x that are below, and that are not above, by DuckDB. */
async function exactRanks(expression: string, value: string): Promise<[number, number]> {
  const counts = `count(*) filter (${expression} < ${value}) a, count(*) filter (${expression} <= ${value}) b`;
  const [row] = await oracle.rows(
    `select ${counts}, count(${expression}) c from t`,
    [float64, float64, float64],
    ['a', 'b', 'c'],
  );
  const [below, upTo, all] = row!.map(Number);
  return [below! / all!, upTo! / all!];
}

test.each([64, 256, 1024])('quantiles are within the stated error of DuckDB: k %d', async (k) => {
  const sketch = await runReady(inMemory(), executor, folds.quantileSketch('x', { k }));
  expect(sketch.rows + sketch.skipped).toBe(rowCount);
  expect(sketch.skipped).toBe(Math.ceil(rowCount / 11));
  expect(sketch.error).toBeGreaterThan(0);
  expect(sketch.error).toBeLessThan(5 / k);
  for (const p of [0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999]) {
    const value = sketch.quantile(p)!;
    const [below, upTo] = await exactRanks('x', String(value));
    expect(below - sketch.error, `below quantile ${String(p)}`).toBeLessThanOrEqual(p);
    expect(upTo + sketch.error, `up to quantile ${String(p)}`).toBeGreaterThanOrEqual(p);
    expect(Math.abs(sketch.rank(value)! - upTo)).toBeLessThanOrEqual(sketch.error);
  }
  const [[min, max]] = (await oracle.rows(
    'select min(x) a, max(x) b from t',
    [float64, float64],
    ['a', 'b'],
  )) as [[number, number]];
  expect([sketch.min, sketch.max, sketch.quantile(0), sketch.quantile(1)]).toEqual([min, max, min, max]);
  expect([sketch.rank(min - 1), sketch.rank(max), sketch.rank(max + 1)]).toEqual([0, 1, 1]);
});

test('expressions and heavy ties', async () => {
  const sketch = await runReady(
    inMemory(),
    executor,
    folds.quantileSketch(col('n').mod(7).mul(10), { k: 32 }),
  );
  for (const value of [0, 10, 30, 50]) {
    const [, upTo] = await exactRanks('(n % 7) * 10', String(value));
    expect(Math.abs(sketch.rank(value)! - upTo)).toBeLessThanOrEqual(sketch.error);
  }
});

test('few rows are answered exactly, by values that there are', async () => {
  const sketch = await runReady(of({ x: [4, null, 1, 3, 2] }), executor, folds.quantileSketch('x'));
  expect(sketch.error).toBe(0);
  expect([sketch.rows, sketch.skipped]).toEqual([4, 1]);
  expect(sketch.quantiles([0, 0.25, 0.26, 0.5, 0.75, 0.76, 1])).toEqual([1, 1, 2, 2, 3, 4, 4]);
  expect([0, 1, 2.5, 4, 9].map((x) => sketch.rank(x))).toEqual([0, 0.25, 0.5, 1, 1]);
  expect(String(sketch)).toMatch(/^quantileSketch\(x\): 4 rows, 1 skipped; least 1, 25 % 1, 50 % 2/);
});

test('no rows have no quantiles', async () => {
  for (const plan of [of({ x: new Float64Array() }), typed(float64, [null, null])]) {
    const sketch = await runReady(plan, executor, folds.quantileSketch('x'));
    expect([sketch.rows, sketch.min, sketch.max, sketch.quantile(0.5), sketch.rank(1), sketch.error]).toEqual(
      [0, null, null, null, null, 0],
    );
  }
  const fold = folds.quantileSketch('x');
  expect(fold.finish(fold.init()).rows).toBe(0);
});

test('NaN is the greatest, zeros are equal', async () => {
  const plan = of({ x: Float64Array.of(NaN, -0, Infinity, 0, -Infinity, NaN) });
  const sketch = await runReady(plan, executor, folds.quantileSketch('x'));
  expect([sketch.min, sketch.max]).toEqual([-Infinity, NaN]);
  expect(sketch.rank(-0)).toBe(0.5);
  expect(sketch.rank(Infinity)).toBeCloseTo(4 / 6);
  expect(sketch.rank(NaN)).toBe(1);
});

test('dates come out as dates', async () => {
  const days = ['2024-02-29', '1969-12-31', '2030-01-01'].map((day) => new Date(day));
  const sketch = await runReady(typed(date, days), executor, folds.quantileSketch<Date>('x'));
  expect(sketch.quantiles([0, 0.5, 1])).toEqual([days[1], days[0], days[2]]);
  expect(sketch.rank(new Date('2024-02-29T23:00:00Z'))).toBeCloseTo(2 / 3);
  expect(() => sketch.rank(7 as never)).toThrow(/rank of quantileSketch\(x\) takes a Date, not a number/);
  const text = await runReady(
    typed(date, days),
    executor,
    folds.quantileSketch<string>('x', { dates: 'string' }),
  );
  expect(text.min).toBe('1969-12-31');
});

test('timestamps of every unit keep their ticks', async () => {
  const at = new Date('2024-05-06T07:08:09Z');
  for (const unit of ['s', 'ms', 'us', 'ns'] as const) {
    const plan = typed(timestamp(unit), [at, new Date(at.getTime() + 1000), new Date(-1000)]);
    const sketch = await runReady(plan, executor, folds.quantileSketch<Date>('x'));
    expect([sketch.min, sketch.quantile(0.5)]).toEqual([new Date(-1000), at]);
    expect(sketch.rank(new Date(at.getTime() + 999))).toBeCloseTo(2 / 3);
    expect(sketch.rank(new Date(-1001))).toBe(0);
  }
  const fine = typed(timestamp('us'), [1_000_001n]);
  const refused = await runReady(fine, executor, folds.quantileSketch<Date>('x'));
  expect(() => refused.min).toThrow(/1970-01-01T00:00:01.000001Z does not fit a Date.*dates: 'bigint'/);
  const ticks = await runReady(fine, executor, folds.quantileSketch<bigint>('x', { dates: 'bigint' }));
  expect(ticks.max).toBe(1_000_001n);
  expect(ticks.rank(1_000_000n)).toBe(0);
});

test('64-bit integers are not rounded', async () => {
  const large = 2n ** 60n + 1n;
  const plan = typed(int64, [large, -large, 5n]);
  const sketch = await runReady(plan, executor, folds.quantileSketch<bigint>('x', { int64: 'bigint' }));
  expect(sketch.quantiles([0, 0.5, 1])).toEqual([-large, 5n, large]);
  expect(sketch.rank(large - 1n)).toBeCloseTo(2 / 3);
  const numbers = await runReady(plan, executor, folds.quantileSketch('x'));
  expect(numbers.quantile(0.5)).toBe(5);
  expect(() => numbers.max).toThrow(
    /1152921504606846977 is not a safe JavaScript number; ask for int64: 'bigint'/,
  );
  const unsigned = await runReady(typed(uint64, [2n ** 64n - 1n, 0n]), executor, folds.quantileSketch('x'));
  expect(unsigned.min).toBe(0);
  expect([unsigned.rank(-1), unsigned.rank(0), unsigned.rank(Infinity)]).toEqual([0, 0.5, 1]);
});

test('batches folded one by one, and apart, are within the error', async () => {
  const fold = folds.quantileSketch('x', { k: 128 });
  const table = await executor.collect(inMemory());
  const parts = Array.from({ length: 5 }, (_, p) => {
    let acc = fold.init();
    for (let at = p * 30_000; at < (p + 1) * 30_000; at += 10_000)
      acc = fold.update(acc, table.slice(at, at + 10_000));
    return acc;
  });
  const all = parts.reduce((a, b) => fold.combine!(a, fold.load(fold.save(b))));
  const sketch = fold.finish(all);
  expect(sketch.rows + sketch.skipped).toBe(rowCount);
  for (const p of [0.05, 0.5, 0.95]) {
    const [below, upTo] = await exactRanks('x', String(sketch.quantile(p)));
    expect(below - sketch.error).toBeLessThanOrEqual(p);
    expect(upTo + sketch.error).toBeGreaterThanOrEqual(p);
  }
});

test('refuses what it cannot order, and options it does not have', async () => {
  const sketch = await runReady(of({ x: [1] }), executor, folds.quantileSketch('x'));
  expect(() => sketch.quantile(1.5)).toThrow(/a share from 0 to 1, not 1.5/);
  expect(() => sketch.rank('a' as never)).toThrow(/takes a number, not a string/);
  expect(() => folds.quantileSketch('x', { k: 3 })).toThrow(
    /k of folds.quantileSketch must be a whole number/,
  );
  expect(() => folds.quantileSketch('x', { kk: 3 } as never)).toThrow(
    /no option "kk"; options are k, int64, dates/,
  );
  expect(() => folds.quantileSketch('x', { int64: 'long' as never })).toThrow(
    /one of number, bigint, string/,
  );
  await expect(runReady(of({ x: ['a'] }), executor, folds.quantileSketch('x'))).rejects.toThrow(
    /takes numbers, dates or timestamps; x is utf8/,
  );
  const fold = folds.quantileSketch('x');
  const acc = fold.update(fold.init(), await executor.collect(of({ x: [1, 2, 3] })));
  const damaged = acc.slice();
  damaged[damaged.length - 5] = 0;
  expect(() => fold.finish(damaged)).toThrow(/quantileSketch cannot be read|damaged/);
});
