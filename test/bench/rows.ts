/**
 * `npm run bench -- rows [--rows 2e6]`: what it costs to have a result in JavaScript, as row objects and as typed
 * columns, here and in DuckDB (whose fastest ways are taken). Reading the file is part of it on both sides.
 */
import { parseArgs } from 'node:util';

import { DuckDBInstance } from '@duckdb/node-api';
import { tbl } from 'spillway';

import { benchData } from './queries/data.js';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '2e6' }, runs: { type: 'string', default: '5' } },
});
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function time(name: string, run: () => Promise<number>): Promise<number> {
  await run();
  const seconds: number[] = [];
  for (let i = 0; i < Number(values.runs); i++) {
    globalThis.gc?.();
    const start = performance.now();
    const rows = await run();
    if (rows !== Number(values.rows)) throw new Error(`${name}: ${rows} rows`);
    seconds.push((performance.now() - start) / 1000);
  }
  const median = seconds.sort((a, b) => a - b)[seconds.length >> 1]!;
  say(`${name.padEnd(44)} ${median.toFixed(3)} s`);
  return median;
}

async function main(): Promise<void> {
  const data = await benchData('h2o', Number(values.rows));
  const columns = ['id1', 'id3', 'id4', 'v1', 'v2', 'v3'];
  const query = tbl(data.vtr).select(...columns);
  const instance = await DuckDBInstance.create(data.duckdb, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const sql = `select ${columns.join(', ')} from t`;

  const ours = await time('Spillway, row objects', async () => (await query.rows()).length);
  await time('Spillway, row objects from batches', async () => {
    let rows = 0;
    for await (const batch of query) rows += batch.toArray().length;
    return rows;
  });
  const objects = await time('DuckDB, row objects (getRowObjectsJS)', async () => {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjectsJS().length;
  });
  const arrays = await time('DuckDB, row arrays (getRows)', async () => {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRows().length;
  });
  say(`DuckDB's fastest rows take ${(Math.min(objects, arrays) / ours).toFixed(1)} × as long\n`);

  const typed = await time('Spillway, typed columns (collect)', async () => (await query.collect()).numRows);
  const duck = await time('DuckDB, columns (getColumns)', async () => {
    const reader = await connection.runAndReadAll(sql);
    return reader.getColumns()[0]?.length ?? 0;
  });
  const mib = (await query.collect()).byteLength / 2 ** 20;
  say(
    `${(mib / 1024 / typed).toFixed(1)} GiB/s of columns here; DuckDB's columns take ${(duck / typed).toFixed(1)} × as long`,
  );
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
