/** 25 passes of a logistic regression: weights anew in each, X'WX and X'Wz of three float64 columns. */
import { createRequire } from 'node:module';
import path from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { fn, glm, tbl } from 'spillway';

import { benchData } from '../queries/data.js';
import type { Job, Outcome } from '../jobs/job.js';
import { timed } from '../jobs/job.js';

const passes = 25;
const columns = ['a', 'b', 'c'] as const;
/** The response: 0 or 1 with a known chance, from the uniform column k. */
const truth = [0.5, -0.002, 0.3] as const;
const responseSql = `(k / 1000000.0 < 1 / (1 + exp(-(${truth.map((t, i) => `${t} * ${columns[i]!}`).join(' + ')}))))::int::double`;
const preparedSql = `select ${responseSql} y, a, b, c from t`;

interface Num {
  k: number;
  a: number;
  b: number;
  c: number;
}

/** Solves the 3 × 3 system of X'WX (upper triangle by rows) and X'Wz, by elimination. */
function solve3(sums: readonly number[]): number[] {
  const [aa, ab, ac, bb, bc, cc, az, bz, cz] = sums as [
    number, number, number, number, number, number, number, number, number,
  ]; // prettier-ignore
  const rows = [
    [aa, ab, ac, az],
    [ab, bb, bc, bz],
    [ac, bc, cc, cz],
  ];
  for (let i = 0; i < 3; i++) {
    for (let j = i + 1; j < 3; j++) {
      const f = rows[j]![i]! / rows[i]![i]!;
      for (let k = i; k < 4; k++) rows[j]![k]! -= f * rows[i]![k]!;
    }
  }
  const beta = [0, 0, 0];
  for (let i = 2; i >= 0; i--) {
    let rest = rows[i]![3]!;
    for (let k = i + 1; k < 3; k++) rest -= rows[i]![k]! * beta[k]!;
    beta[i] = rest / rows[i]![i]!;
  }
  return beta;
}

/** The sums of one pass in SQL, at given coefficients. */
function passSql(beta: readonly number[], table: string): string {
  const eta = beta.map((b, i) => `${columns[i]!} * (${b})`).join(' + ');
  const pairs = columns.flatMap((x, i) => columns.slice(i).map((y) => `sum(w * ${x} * ${y})`));
  const response = columns.map((x) => `sum(${x} * (w * eta + y - mu))`);
  return `select ${[...pairs, ...response].join(', ')} from (select *, mu * (1 - mu) w from
    (select *, 1 / (1 + exp(-eta)) mu from (select y, a, b, c, ${eta} eta from ${table})))`;
}

async function spillway(rows: number, threads: number): Promise<Outcome> {
  const { vtr } = await benchData('num', rows);
  const query = tbl<Num>(vtr)
    .mutate({
      eta: (r) => r.a.mul(truth[0]).add(r.b.mul(truth[1])).add(r.c.mul(truth[2])),
      u: (r) => r.k.div(1_000_000),
    })
    .transmute({
      y: (r) => r.u.lt(fn.exp(r.eta.neg()).add(1).pow(-1)).cast('float64'),
      a: (r) => r.a,
      b: (r) => r.b,
      c: (r) => r.c,
    });
  const prepared = await timed(() => query.offload({ threads }));
  await using s = prepared.value;
  const fit = await timed(() =>
    glm(s, {
      y: 'y',
      x: columns,
      family: 'binomial',
      intercept: false,
      epsilon: 0,
      maxIterations: passes,
      threads,
    }),
  );
  return {
    seconds: fit.seconds,
    result: Object.values(fit.value.coefficients),
    note: `offload ${prepared.seconds.toFixed(3)} s, ${fit.value.iterations} iterations`,
  };
}

async function duckdb(rows: number, threads: number, memory: boolean): Promise<Outcome> {
  const data = await benchData('num', rows);
  const file = path.resolve(`build/bench/irls-${rows}.duckdb`);
  const instance = await DuckDBInstance.create(memory ? ':memory:' : file, { threads: String(threads) });
  const connection = await instance.connect();
  await connection.run(`create or replace view t as from '${data.parquet}'`);
  const prepared = await timed(async () => {
    await connection.run(`create or replace table prepared as ${preparedSql}`);
    await connection.run('checkpoint');
  });
  let beta = [0, 0, 0];
  const fit = await timed(async () => {
    for (let pass = 0; pass < passes; pass++) {
      const reader = await connection.runAndReadAll(passSql(beta, 'prepared'));
      beta = solve3(reader.getRows()[0]!.map(Number));
    }
  });
  return {
    seconds: fit.seconds,
    result: beta,
    note: `preparation ${prepared.seconds.toFixed(3)} s, ${passes} passes`,
  };
}

interface PolarsExpr {
  mul(other: PolarsExpr | number): PolarsExpr;
  plus(other: PolarsExpr | number): PolarsExpr;
  sub(other: PolarsExpr | number): PolarsExpr;
  div(other: PolarsExpr | number): PolarsExpr;
  exp(): PolarsExpr;
  sum(): PolarsExpr;
  alias(name: string): PolarsExpr;
}
interface PolarsFrame {
  withColumns(...e: PolarsExpr[]): PolarsFrame;
  select(...e: PolarsExpr[]): PolarsFrame;
  collectSync(o: object): { row(i: number): number[] };
}
interface Polars {
  col(name: string): PolarsExpr;
  lit(value: number): PolarsExpr;
  scanParquet(file: string): PolarsFrame;
  readParquet(file: string): { lazy(): PolarsFrame };
}

async function polars(rows: number, threads: number, memory: boolean): Promise<Outcome> {
  const file = path.resolve(`build/bench/irls-${rows}.parquet`);
  const data = await benchData('num', rows);
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  await connection.run(`create view t as from '${data.parquet}'`);
  const prepared = await timed(() => connection.run(`copy (${preparedSql}) to '${file}' (format parquet)`));
  instance.closeSync();
  const load = createRequire(path.resolve('test/bench/peers/package.json'));
  const pl = load('nodejs-polars') as Polars;
  const held = memory ? pl.readParquet(file) : undefined;
  let beta = [0, 0, 0];
  const fit = await timed(async () => {
    for (let pass = 0; pass < passes; pass++) {
      const frame = held === undefined ? pl.scanParquet(file) : held.lazy();
      const eta = columns
        .map((x, i) => pl.col(x).mul(beta[i]!))
        .reduce((sum, term) => sum.plus(term))
        .alias('eta');
      const one = pl.lit(1);
      const mu = one.div(one.plus(pl.col('eta').mul(-1).exp())).alias('mu');
      const weight = pl
        .col('mu')
        .mul(one.sub(pl.col('mu')))
        .alias('w');
      const pairs = columns.flatMap((x, i) =>
        columns.slice(i).map((y) => pl.col('w').mul(pl.col(x)).mul(pl.col(y)).sum().alias(`${x}${y}`)),
      );
      const working = pl.col('w').mul(pl.col('eta')).plus(pl.col('y')).sub(pl.col('mu'));
      const response = columns.map((x) => pl.col(x).mul(working).sum().alias(`${x}z`));
      const result = frame
        .withColumns(eta)
        .withColumns(mu)
        .withColumns(weight)
        .select(...pairs, ...response)
        .collectSync({ engine: 'streaming' });
      beta = solve3(result.row(0));
    }
  });
  return {
    seconds: fit.seconds,
    result: beta,
    note: `preparation (by DuckDB) ${prepared.seconds.toFixed(3)} s, ${passes} passes`,
  };
}

export const irls: Job = {
  name: 'irls',
  what: `irls: ${passes} passes of a logistic regression over an offloaded query`,
  async prepare(rows) {
    await benchData('num', rows);
  },
  engines: {
    spillway: ({ rows, threads }) => spillway(rows, threads),
    'duckdb-file': ({ rows, threads }) => duckdb(rows, threads, false),
    'duckdb-memory': ({ rows, threads }) => duckdb(rows, threads, true),
    'polars-parquet': ({ rows, threads }) => polars(rows, threads, false),
    'polars-memory': ({ rows, threads }) => polars(rows, threads, true),
  },
};
