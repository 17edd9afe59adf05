/** The benchmarks' data, made once by DuckDB with fixed seeds: the db-benchmark group-by table and a numeric one. */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';
import { tbl } from 'spillway';

export const benchFolder = path.resolve('build/bench');

export interface BenchData {
  readonly name: 'h2o' | 'num';
  readonly rows: number;
  readonly parquet: string;
  /** DuckDB's own file; the table is called `t`. */
  readonly duckdb: string;
  readonly vtr: string;
}

/** K = 100: id1, id2, id4, id5 have 100 values, id3 and id6 one for every hundred rows. */
function h2oSql(rows: number): string {
  const many = Math.max(1, Math.floor(rows / 100));
  const pick = (n: number): string => `(1 + floor(random() * ${n}))::int`;
  return `select 'id' || lpad(${pick(100)}::varchar, 3, '0') id1, 'id' || lpad(${pick(100)}::varchar, 3, '0') id2,
    'id' || lpad(${pick(many)}::varchar, 10, '0') id3, ${pick(100)} id4, ${pick(100)} id5, ${pick(many)} id6,
    ${pick(5)} v1, ${pick(15)} v2, round(random() * 100, 6) v3 from range(${rows})`;
}

/** 40 bytes a row; the floats have full precision, so that nothing compresses them. */
function numSql(rows: number): string {
  return `select range::bigint id, floor(random() * 1000000)::int k, floor(random() * 100)::int p,
    random() a, random() * 1000 - 500 b, sqrt(-2 * ln(1 - random())) * cos(6.283185307179586 * random()) c
    from range(${rows})`;
}

const recipes = { h2o: h2oSql, num: numSql };

/** Paths of a table's three files; whatever is missing is made. */
export async function benchData(name: 'h2o' | 'num', rows: number): Promise<BenchData> {
  mkdirSync(benchFolder, { recursive: true });
  const base = path.join(benchFolder, `${name}-${rows}`);
  const data: BenchData = {
    name,
    rows,
    parquet: `${base}.parquet`,
    duckdb: `${base}.duckdb`,
    vtr: `${base}.vtr`,
  };
  if (!existsSync(data.parquet)) {
    await duck(':memory:', [
      // One thread and a seed: the same rows on every machine.
      'set threads to 1',
      'select setseed(0.42)',
      `copy (${recipes[name](rows)}) to '${data.parquet}.part' (format parquet, compression zstd)`,
    ]);
    renameSync(`${data.parquet}.part`, data.parquet);
  }
  if (!existsSync(data.duckdb)) {
    await duck(`${data.duckdb}.part`, [`create table t as from '${data.parquet}'`, 'checkpoint']);
    renameSync(`${data.duckdb}.part`, data.duckdb);
  }
  if (!existsSync(data.vtr)) await tbl(data.parquet).writeVtr(data.vtr);
  return data;
}

async function duck(file: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

export function fileMiB(file: string): number {
  return statSync(file).size / 2 ** 20;
}
