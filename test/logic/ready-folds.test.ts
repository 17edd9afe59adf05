/** Ready folds against DuckDB: sums, moments, covariance, histogram, and their exact answers by sort. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { float64, int64 } from '../../src/data/types.js';
import { createExecutor } from '../../src/exec/executor.js';
import { col } from '../../src/expr/builders.js';
import { folds } from '../../src/folds/ready/index.js';
import { runReady } from '../../src/folds/ready/run-ready.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { columnsSource } from '../../src/storage/memory/memory-source.js';
import { Oracle } from './oracle.js';
import type { Neutral } from './oracle.js';

const executor = createExecutor();
const rows = 5000;
const random = (seed: number): number => {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
};
const columns = {
  // Mean far above the spread, skewed, whole, with nulls, never varying.
  shifted: Array.from({ length: rows }, (_, i) => 1e6 + random(i)),
  skewed: Array.from({ length: rows }, (_, i) => -Math.log(1 - random(i + 7e4)) * 12),
  whole: Array.from({ length: rows }, (_, i) => Math.floor(random(i + 1e5) * 1e6) - 400_000),
  holes: Array.from({ length: rows }, (_, i) =>
    i % 7 === 3 ? null : Math.round(random(i + 2e5) * 1000) / 8,
  ),
  same: new Array<number>(rows).fill(2.5),
  flag: Array.from({ length: rows }, (_, i) => (i % 11 === 0 ? null : i % 3 === 0)),
};
const names = Object.keys(columns) as (keyof typeof columns)[];
const numbers = names.filter((name) => name !== 'flag');
const plan = scan(columnsSource(columns));

let oracle: Oracle;
beforeAll(async () => {
  oracle = await Oracle.open();
  const lines = Array.from(
    { length: rows },
    (_, i) => `(${names.map((name) => String(columns[name][i])).join()})`,
  );
  await oracle.run([
    'create table t (shifted double, skewed double, whole bigint, holes double, same double, flag boolean)',
    `insert into t values ${lines.join()}`,
  ]);
});
afterAll(() => {
  oracle.close();
});

async function ask(select: readonly string[], from = 't'): Promise<Neutral[]> {
  const aliases = select.map((_, i) => `c${i}`);
  const sql = `select ${select.map((expr, i) => `${expr} as c${i}`).join()} from ${from}`;
  const [row] = await oracle.rows(
    sql,
    select.map(() => float64),
    aliases,
  );
  return row ?? [];
}

const near = (got: number | null, wanted: Neutral | undefined, digits = 1e-12): void => {
  const value = Number(wanted);
  if (got === null || wanted === null) expect(got).toBe(wanted);
  else expect(Math.abs(got - value), `${got} for ${value}`).toBeLessThanOrEqual(digits * Math.abs(value));
};

test('sums', async () => {
  const wanted = await ask(numbers.map((name) => `fsum(${name})`));
  const got = await runReady(
    plan,
    executor,
    folds.sums('shifted', 'skewed', 'whole', 'holes', 'same', 'flag'),
  );
  numbers.forEach((name, i) => {
    near(got[name], wanted[i]);
  });
  expect([got.flag]).toEqual(
    (await oracle.rows('select sum(flag::int) as s from t', [int64], ['s']))[0]?.map(Number),
  );
  const named = await runReady(plan, executor, folds.sums({ twice: col('whole').mul(2) }));
  expect(named.twice).toBe(2 * Number((await ask(['sum(whole)']))[0]));
});

test('moments', async () => {
  const got = await runReady(plan, executor, folds.moments('skewed', 'whole', 'holes', 'shifted'));
  for (const name of ['skewed', 'whole', 'holes'] as const) {
    const of = (fn: string): string => `${fn}(${name})`;
    const [count, nulls, ...wanted] = await ask([
      `count(${name})`,
      `count(*) - count(${name})`,
      ...['avg', 'var_samp', 'stddev_samp', 'skewness', 'kurtosis', 'min', 'max'].map(of),
    ]);
    const { n, skipped, mean, variance, sd, skewness, kurtosis, min, max } = got[name];
    expect([n, skipped]).toEqual([Number(count), Number(nulls)]);
    [mean, variance, sd, skewness, kurtosis, min, max].forEach((value, i) => {
      near(value, wanted[i], 1e-9);
    });
  }
  // What is far from zero loses nothing: DuckDB's own values come from the numbers brought near it, which is exact.
  const [variance, skewness, kurtosis] = await ask(
    ['var_samp(x)', 'skewness(x)', 'kurtosis(x)'],
    '(select shifted - 1000000 as x from t)',
  );
  near(got.shifted.variance, variance, 1e-11);
  near(got.shifted.skewness, skewness, 1e-9);
  near(got.shifted.kurtosis, kurtosis, 1e-9);
});

test('moments of little and of what does not vary', async () => {
  const few = scan(
    columnsSource({
      one: [3, null, null, null],
      two: [3, 5, null, null],
      three: [1, 2, 6, null],
      four: [1, 2, 6, 7],
    }),
  );
  const got = await runReady(few, executor, folds.moments('one', 'two', 'three', 'four'));
  expect(got.one).toEqual({
    n: 1,
    skipped: 3,
    mean: 3,
    variance: null,
    sd: null,
    skewness: null,
    kurtosis: null,
    min: 3,
    max: 3,
  });
  expect(got.two).toMatchObject({ mean: 4, variance: 2, skewness: null, kurtosis: null });
  near(got.three.skewness, (await ask(['skewness(x)'], '(values (1), (2), (6)) v(x)'))[0]);
  near(got.four.kurtosis, (await ask(['kurtosis(x)'], '(values (1), (2), (6), (7)) v(x)'))[0]);
  const { same } = await runReady(plan, executor, folds.moments('same'));
  expect(same).toMatchObject({
    n: rows,
    mean: 2.5,
    variance: 0,
    sd: 0,
    min: 2.5,
    max: 2.5,
    skewness: NaN,
    kurtosis: NaN,
  });
  const fold = folds.moments('same');
  expect(fold.finish(fold.init()).same).toMatchObject({ n: 0, mean: null, min: null });
});

test('moments of values that are not finite', async () => {
  const wild = scan(
    columnsSource({ nan: [1, NaN, 2, 3], up: [1, Infinity, 2, -3], both: [Infinity, -Infinity, 1, 2] }),
  );
  const got = await runReady(wild, executor, folds.moments('nan', 'up', 'both'));
  expect(got.nan).toMatchObject({ n: 4, mean: NaN, variance: NaN, min: 1, max: NaN });
  expect(got.up).toMatchObject({ mean: Infinity, sd: NaN, min: -3, max: Infinity });
  expect(got.both).toMatchObject({ mean: NaN, min: -Infinity, max: Infinity });
});

test('covariance', async () => {
  const of = ['skewed', 'whole', 'holes'] as const;
  const wanted = await ask(
    of.flatMap((x) => of.map((y) => `covar_samp(${x}, ${y})`)),
    '(select * from t where holes is not null)',
  );
  const got = await runReady(plan, executor, folds.covariance(...of));
  got.matrix.data.forEach((value, i) => {
    near(value, wanted[i], 1e-9);
  });
  const means = await ask(
    of.map((x) => `favg(${x})`),
    '(select * from t where holes is not null)',
  );
  got.means.forEach((value, i) => {
    near(value, means[i]);
  });
  expect(got.rows + got.skipped).toBe(rows);
  expect(got.names).toEqual(of);
});

test('histogram', async () => {
  const breaks = [0, 10, 12.5, 50, 110.125];
  const bin = (i: number): string =>
    `count(*) filter (holes >= ${breaks[i]} and holes ${i === breaks.length - 2 ? '<=' : '<'} ${breaks[i + 1]})`;
  const wanted = await ask([
    ...breaks.slice(1).map((_, i) => bin(i)),
    'count(*) filter (holes > 110.125)',
    'count(*) filter (holes is null)',
  ]);
  const got = await runReady(plan, executor, folds.histogram('holes', { breaks }));
  expect([...got.counts, got.above, got.skipped]).toEqual(wanted.map(Number));
  expect(got).toMatchObject({ below: 0, nan: 0 });
  const even = await runReady(plan, executor, folds.histogram('holes', { min: 25, max: 100, bins: 300 }));
  const counted = await oracle.rows(
    'select least(floor((holes - 25) * 4), 299)::int as b, count(*) as n from t where holes between 25 and 100 group by all',
    [int64, int64],
    ['b', 'n'],
  );
  const expected = new Float64Array(300);
  for (const [b, n] of counted) expected[Number(b)] = Number(n);
  expect(even.counts).toEqual(expected);
});

test('median and distinct', async () => {
  const [middle, different, pairs] = await ask([
    'median(holes)',
    'count(distinct holes)',
    '(select count(*) from (select distinct holes, flag from t where holes is not null and flag is not null))',
  ]);
  expect(await runReady(plan, executor, folds.median('holes'))).toBe(middle);
  expect(await runReady(plan, executor, folds.distinct('holes'))).toBe(Number(different));
  expect(await runReady(plan, executor, folds.distinct('holes', 'flag'))).toBe(Number(pairs));
});

test('sums beyond what numbers hold', async () => {
  const big = 9_000_000_000_000_000_000n;
  const huge = scan(
    columnsSource({ x: BigInt64Array.of(big, big, big), u: BigUint64Array.of(2n ** 64n - 1n, 1n, 0n) }),
  );
  await expect(runReady(huge, executor, folds.sums('x'))).rejects.toMatchObject({ code: 'data' });
  expect(await runReady(huge, executor, folds.sums('x', 'u', { int64: 'bigint' }))).toEqual({
    x: 3n * big,
    u: 2n ** 64n,
  });
  expect(
    await runReady(scan(columnsSource({ x: [1e308, 1e308, -1e308] })), executor, folds.sums('x')),
  ).toEqual({ x: Infinity });
  expect(
    await runReady(scan(columnsSource({ x: [1e16, 1, -1e16, NaN] })), executor, folds.sums('x')),
  ).toEqual({ x: NaN });
  expect(
    await runReady(scan(columnsSource({ x: [1e16, 1, -1e16] })), executor, folds.sums({ x: 'x' })),
  ).toEqual({ x: 1 });
  const fold = folds.sums('x');
  expect(fold.finish(fold.init())).toEqual({ x: null });
});
