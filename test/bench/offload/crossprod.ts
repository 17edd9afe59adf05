/** X'X of ten float64 columns with an intercept, on one thread and on two, beside the same 66 sums in SQL. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { folds, tbl } from 'spillway';

import { benchFolder } from '../queries/data.js';
import type { Job, Outcome } from '../jobs/job.js';
import { timed } from '../jobs/job.js';

const names = Array.from({ length: 10 }, (_, i) => `x${i}`);
const files = (rows: number): { vtr: string; duckdb: string } => ({
  vtr: path.join(benchFolder, `cross-${rows}.vtr`),
  duckdb: path.join(benchFolder, `cross-${rows}.duckdb`),
});

async function spillway(rows: number, threads: number): Promise<Outcome> {
  const { vtr } = files(rows);
  const query = tbl<Record<string, number>>(vtr);
  const fold = folds.crossprod({ x: names, intercept: true });
  const run = (on: number) => query.collectChunked(fold, { threads: on });
  await run(threads);
  const single: number[] = [];
  const all: number[] = [];
  let result = await run(threads);
  for (let i = 0; i < 5; i++) {
    single.push((await timed(() => run(1))).seconds);
    const many = await timed(() => run(threads));
    all.push(many.seconds);
    result = many.value;
  }
  const [one, most] = [single.sort((a, b) => a - b)[2]!, all.sort((a, b) => a - b)[2]!];
  const { data, cols } = result.xtx;
  const bytes = rows * 80;
  return {
    seconds: most,
    result: Array.from({ length: cols }, (_, i) => data[i * cols + i]!),
    note:
      `one thread ${one.toFixed(3)} s, ${(one / most).toFixed(2)} × on ${threads}; ` +
      `${(bytes / one / 1e9).toFixed(1)} → ${(bytes / most / 1e9).toFixed(1)} GB/s of doubles, ${(statSync(vtr).size / 2 ** 20).toFixed(0)} MiB on disk`,
  };
}

async function duckdb(rows: number, threads: number): Promise<Outcome> {
  const instance = await DuckDBInstance.create(files(rows).duckdb, {
    threads: String(threads),
    access_mode: 'READ_ONLY',
  });
  const connection = await instance.connect();
  const all = ['1', ...names];
  const sums = all.flatMap((x, i) => all.slice(i).map((y) => `sum(${x} * ${y})::double`));
  const sql = `select ${sums.join(', ')} from t`;
  await connection.runAndReadAll(sql);
  const { value, seconds } = await timed(() => connection.runAndReadAll(sql));
  const flat = value.getRows()[0]!.map(Number);
  const diagonal = all.map((_, i) => flat[i * all.length - (i * (i - 1)) / 2]!);
  return { seconds, result: diagonal, note: `${sums.length} sums` };
}

export const crossprod: Job = {
  name: 'crossprod',
  what: "crossprod: X'X of ten float64 columns and an intercept",
  async prepare(rows) {
    const { vtr, duckdb: file } = files(rows);
    if (existsSync(vtr) && existsSync(file)) return;
    const part = `${file}.part`;
    rmSync(part, { force: true });
    const instance = await DuckDBInstance.create(part);
    const connection = await instance.connect();
    const parquet = `${vtr}.parquet`;
    await connection.run('set threads to 1');
    await connection.run('select setseed(0.5)');
    const random = names.map((name) => `random() - 0.5 ${name}`).join(', ');
    await connection.run(`create table t as select ${random} from range(${rows})`);
    await connection.run(`copy t to '${parquet}' (format parquet)`);
    await connection.run('checkpoint');
    connection.closeSync();
    instance.closeSync();
    await tbl(parquet).writeVtr(vtr);
    rmSync(parquet);
    renameSync(part, file);
  },
  engines: {
    spillway: ({ rows, threads }) => spillway(rows, threads),
    duckdb: ({ rows, threads }) => duckdb(rows, threads),
  },
};
