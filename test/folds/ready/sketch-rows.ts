/** Rows that sketches are tested on: made by formulas that DuckDB computes as well, in memory and in a file of odd parts. */
import { join } from 'node:path';
import type { ColumnInput } from '../../../src/data/import-rows.js';
import { Schema } from '../../../src/data/schema.js';
import { bool, date, float64, int32, utf8 } from '../../../src/data/types.js';
import type { Executor } from '../../../src/exec/executor.js';
import type { RunOptions } from '../../../src/exec/run-options.js';
import type { PlanNode } from '../../../src/plan/node.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { columnsSource } from '../../../src/storage/memory/memory-source.js';
import { openVtr } from '../../../src/storage/vtr/vtr-source.js';
import { writeVtr } from '../../../src/storage/vtr/vtr-sink.js';

export const rowCount = 150_000;

/** The rows by SQL, in the order of `row`. */
export const sql =
  `select i as row, case when i % 11 = 0 then null else ((i * 7919) % 100003) * 0.25::double end as x, ` +
  `(i * 31) % 5000 as n, date '2020-01-01' + cast((i * 13) % 900 as integer) as day, ` +
  `'name ' || ((i * 17) % 40000) as name, i % 3 = 0 as flag from range(${String(rowCount)}) r(i)`;

const schema = new Schema([
  { name: 'row', type: int32, nullable: false },
  { name: 'x', type: float64, nullable: true },
  { name: 'n', type: int32, nullable: false },
  { name: 'day', type: date, nullable: false },
  { name: 'name', type: utf8, nullable: false },
  { name: 'flag', type: bool, nullable: false },
]);

/** Rows `first` … `end` − 1. */
function columns(first: number, end: number): Record<string, ColumnInput> {
  const rows = Array.from({ length: end - first }, (_, r) => first + r);
  const dayMillis = 86_400_000;
  return {
    row: Int32Array.from(rows),
    x: rows.map((i) => (i % 11 === 0 ? null : ((i * 7919) % 100_003) * 0.25)),
    n: Int32Array.from(rows, (i) => (i * 31) % 5000),
    day: rows.map((i) => new Date(Date.UTC(2020, 0, 1) + ((i * 13) % 900) * dayMillis)),
    name: rows.map((i) => `name ${String((i * 17) % 40_000)}`),
    flag: rows.map((i) => i % 3 === 0),
  };
}

export const inMemory = (): PlanNode => scan(columnsSource(columns(0, rowCount), schema));

/** The same rows in a .vtr file written in four steps, so that its vectors begin anywhere. */
export async function inFile(executor: Executor, folder: string): Promise<PlanNode> {
  const path = join(folder, 'rows.vtr');
  const ends = [70_001, 70_101, 120_555, rowCount];
  for (const [i, end] of ends.entries()) {
    const part = scan(columnsSource(columns(ends[i - 1] ?? 0, end), schema));
    await executor.write(part, writeVtr(path, { append: i > 0 }), {});
  }
  return scan(openVtr(path));
}

/** Settings that must not show. */
export const settings: readonly RunOptions[] = [
  { threads: 1 },
  { threads: 2 },
  { threads: 2, morselPages: 1 },
  { threads: 1, morselPages: 3, batchRows: 1000 },
  { threads: 2, memory: '16MB', forceSpill: true },
  { threads: 2, rules: { off: ['push-filter', 'prune-columns'] } },
];
