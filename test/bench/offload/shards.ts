/** A table of six columns split into a thousand shards by one key, on disk. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { tbl } from 'spillway';

import { benchData, benchFolder } from '../queries/data.js';
import type { Job, Outcome } from '../jobs/job.js';
import { timed } from '../jobs/job.js';

interface Num {
  id: number;
  k: number;
  p: number;
  a: number;
  b: number;
  c: number;
}
const target = (engine: string): string => path.join(benchFolder, `shards-${engine}`);

function folderMiB(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  return files.reduce((sum, f) => sum + statSync(path.join(f.parentPath, f.name)).size, 0) / 2 ** 20;
}

async function spillway(rows: number, threads: number): Promise<Outcome> {
  const { vtr } = await benchData('num', rows);
  const folder = target('spillway');
  rmSync(folder, { recursive: true, force: true });
  const query = tbl<Num>(vtr).transmute({
    g: (r) => r.k.mod(1000),
    id: (r) => r.id,
    p: (r) => r.p,
    a: (r) => r.a,
    b: (r) => r.b,
    c: (r) => r.c,
  });
  const { value, seconds } = await timed(() =>
    query.offload({ by: 'g', method: 'level', path: folder, threads, memory: '256MB' }),
  );
  const mib = folderMiB(folder);
  rmSync(folder, { recursive: true, force: true });
  return { seconds, result: [value.length, rows], note: `${mib.toFixed(0)} MiB written, 256 MB allowed` };
}

async function duckdb(rows: number, threads: number): Promise<Outcome> {
  const data = await benchData('num', rows);
  const folder = target('duckdb');
  rmSync(folder, { recursive: true, force: true });
  const instance = await DuckDBInstance.create(data.duckdb, {
    threads: String(threads),
    access_mode: 'READ_ONLY',
  });
  const connection = await instance.connect();
  const { seconds } = await timed(() =>
    connection.run(
      `copy (select k % 1000 g, id, p, a, b, c from t) to '${folder}' (format parquet, partition_by (g))`,
    ),
  );
  const keys = readdirSync(folder).length;
  const reader = await connection.runAndReadAll(`select count(*) from '${folder}/**/*.parquet'`);
  const mib = folderMiB(folder);
  rmSync(folder, { recursive: true, force: true });
  return { seconds, result: [keys, Number(reader.getRows()[0]![0])], note: `${mib.toFixed(0)} MiB written` };
}

interface Frame {
  readonly height: number;
  partitionBy(by: readonly string[]): Frame[];
  writeParquet(file: string): void;
}
interface Polars {
  col(name: string): { modulo(n: number): { alias(name: string): unknown } };
  readParquet(file: string): { withColumns(...e: unknown[]): Frame };
}

async function polars(rows: number): Promise<Outcome> {
  const { parquet } = await benchData('num', rows);
  const folder = target('polars');
  rmSync(folder, { recursive: true, force: true });
  const { mkdirSync } = await import('node:fs');
  mkdirSync(folder, { recursive: true });
  const pl = createRequire(path.resolve('test/bench/peers/package.json'))('nodejs-polars') as Polars;
  const held = pl.readParquet(parquet);
  const { value, seconds } = await timed(async () => {
    const parts = held.withColumns(pl.col('k').modulo(1000).alias('g')).partitionBy(['g']);
    parts.forEach((part, i) => {
      part.writeParquet(path.join(folder, `${i}.parquet`));
    });
    return parts;
  });
  const total = value.reduce((sum, part) => sum + part.height, 0);
  const mib = folderMiB(folder);
  rmSync(folder, { recursive: true, force: true });
  return {
    seconds,
    result: [value.length, total],
    note: `${mib.toFixed(0)} MiB written, table in memory before`,
  };
}

export const shards: Job = {
  name: 'shards',
  what: 'shards: six columns into 1,000 keys on disk (the aim is set for --rows 2e7)',
  async prepare(rows) {
    await benchData('num', rows);
  },
  engines: {
    spillway: ({ rows, threads }) => spillway(rows, threads),
    duckdb: ({ rows, threads }) => duckdb(rows, threads),
    polars: ({ rows }) => polars(rows),
  },
};
