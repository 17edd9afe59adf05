/** The engines under test behind one interface: prepare (not timed), run (timed), describe the result (not timed). */
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import type { Table } from 'spillway';

import type { BenchData } from './data.js';
import { benchFolder, fileMiB } from './data.js';
import type { Polars, PolarsFrame, Task } from './tasks.js';

export const engineNames = [
  'spillway',
  'duckdb-file',
  'duckdb-parquet',
  'duckdb-memory',
  'polars-parquet',
  'polars-memory',
] as const;
export type EngineName = (typeof engineNames)[number];

/** Rows and the sums of the numeric columns: what two engines must agree on. */
export interface Signature {
  readonly rows: number;
  readonly sums: readonly number[];
}

export interface Engine {
  run(): Promise<void>;
  /** Of the last run's result. Undefined for results in files. */
  signature(): Promise<Signature | undefined>;
  /** MiB of the file written, for tasks that write one. */
  written(): number | undefined;
}

export async function prepare(
  name: EngineName,
  task: Task,
  data: BenchData,
  threads: number,
): Promise<Engine> {
  if (name === 'spillway') return spillway(task, data, threads);
  if (name.startsWith('duckdb')) return duckdb(name, task, data, threads);
  return polars(name, task, data);
}

function output(name: string, extension: string): string {
  return path.join(benchFolder, `out-${name}-${process.pid}.${extension}`);
}

function spillway(task: Task, data: BenchData, threads: number): Engine {
  const out = output('spillway', 'vtr');
  let result: Table | undefined;
  let mib: number | undefined;
  return {
    async run() {
      const query = task.spillway(data.vtr);
      if (task.toFile === undefined) result = await query.collect({ threads });
      else await query.writeVtr(out, { threads });
    },
    async signature() {
      if (task.toFile !== undefined) {
        mib = fileMiB(out);
        rmSync(out, { force: true });
        return undefined;
      }
      if (result === undefined) throw new Error('no result');
      const sums = result.columns.flatMap((column) => {
        if (column.layout !== 'fixed') return [];
        let sum = 0;
        for (const value of column.values) sum += Number(value);
        return [sum];
      });
      return { rows: result.numRows, sums };
    },
    written: () => mib,
  };
}

async function duckdb(name: EngineName, task: Task, data: BenchData, threads: number): Promise<Engine> {
  const out = output('duckdb', 'parquet');
  const file = name === 'duckdb-file';
  const instance = await DuckDBInstance.create(file ? data.duckdb : ':memory:', {
    threads: String(threads),
    ...(file ? { access_mode: 'READ_ONLY' } : {}),
  });
  const connection = await instance.connect();
  if (name === 'duckdb-parquet') await connection.run(`create view t as from '${data.parquet}'`);
  if (name === 'duckdb-memory') await connection.run(`create table t as from '${data.parquet}'`);
  let mib: number | undefined;
  return {
    async run() {
      const sql = task.toFile === undefined ? task.sql : `copy (${task.sql}) to '${out}' (format parquet)`;
      await connection.run(sql);
    },
    async signature() {
      if (task.toFile !== undefined) {
        mib = fileMiB(out);
        rmSync(out, { force: true });
        return undefined;
      }
      const columns = await connection.runAndReadAll(`describe ${task.sql}`);
      const numeric = columns
        .getRowObjects()
        .filter((row) => !String(row['column_type']).startsWith('VARCHAR'))
        .map((row) => `sum("${String(row['column_name'])}")::double`);
      const reader = await connection.runAndReadAll(
        `select count(*)::double, ${numeric.join(', ')} from (${task.sql})`,
      );
      const [rows = 0, ...sums] = (reader.getRows()[0] ?? []).map(Number);
      return { rows, sums };
    },
    written: () => mib,
  };
}

interface PolarsLibrary extends Polars {
  readonly Float64: unknown;
  scanParquet(file: string): PolarsFrame & { lazy(): PolarsFrame };
  readParquet(file: string): { lazy(): PolarsFrame };
}
interface PolarsColumn {
  readonly dtype: unknown;
  /** Sums of 32-bit integers wrap there: the comparison adds floats. */
  cast(type: unknown): { sum(): unknown };
}
interface PolarsResult {
  readonly height: number;
  readonly columns: readonly string[];
  getColumn(name: string): PolarsColumn;
  writeParquet(file: string): void;
}

/** Polars reads its thread count from the environment; the parent process has set it. */
function polars(name: EngineName, task: Task, data: BenchData): Engine {
  const load = createRequire(path.resolve('test/bench/peers/package.json'));
  const library = load('nodejs-polars') as PolarsLibrary;
  const { polars: words } = task;
  if (words === undefined) throw new Error(`polars has no ${task.name}`);
  const held = name === 'polars-memory' ? library.readParquet(data.parquet) : undefined;
  const out = output('polars', 'parquet');
  let result: PolarsResult | undefined;
  let mib: number | undefined;
  return {
    async run() {
      const frame = words(library, held === undefined ? library.scanParquet(data.parquet) : held.lazy());
      result = (frame as unknown as { collectSync(o: object): PolarsResult }).collectSync({
        engine: 'streaming',
      });
      if (task.toFile !== undefined) result.writeParquet(out);
    },
    async signature() {
      if (task.toFile !== undefined) {
        mib = fileMiB(out);
        rmSync(out, { force: true });
        return undefined;
      }
      if (result === undefined) throw new Error('no result');
      const frame = result;
      const sums = frame.columns
        .map((column) => frame.getColumn(column))
        .filter((column) => !/Utf8|String/.test(String(column.dtype)))
        .map((column) => Number(column.cast(library.Float64).sum()));
      return { rows: frame.height, sums };
    },
    written: () => mib,
  };
}
