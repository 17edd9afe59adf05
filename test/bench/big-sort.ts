/**
 * `npm run bench -- big-sort [--rows 5e7] [--memory 256MB]`: a sort of data many times the memory allowed, file to file,
 * here and in DuckDB under the same limit, each in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { DuckDBInstance } from '@duckdb/node-api';
import { tbl } from 'spillway';

import { benchData, benchFolder } from './queries/data.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '5e7' },
    memory: { type: 'string', default: '256MB' },
    runs: { type: 'string', default: '3' },
    engine: { type: 'string' },
  },
});
const temporary = path.join(benchFolder, 'big-sort-spill');

async function spillway(vtr: string): Promise<string> {
  const out = path.join(benchFolder, 'big-sorted.vtr');
  const { stats } = await tbl(vtr)
    .arrange('c')
    .writeVtr(out, { threads: 2, memory: values.memory, tempDir: temporary });
  rmSync(out);
  return `${(stats.spillBytes / 2 ** 20).toFixed(0)} MiB spilled, ${(stats.peakMemory / 2 ** 20).toFixed(0)} MiB of engine memory`;
}

async function duckdb(parquet: string): Promise<string> {
  const out = path.join(benchFolder, 'big-sorted.parquet');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: values.memory,
    temp_directory: temporary,
  });
  const connection = await instance.connect();
  await connection.run(`copy (from '${parquet}' order by c) to '${out}' (format parquet)`);
  const mib = statSync(out).size / 2 ** 20;
  rmSync(out);
  return `${mib.toFixed(0)} MiB written`;
}

/** In the child: one sort, its seconds and the peak of the process. */
async function child(engine: string): Promise<void> {
  const data = await benchData('num', Number(values.rows));
  const start = performance.now();
  const note = engine === 'spillway' ? await spillway(data.vtr) : await duckdb(data.parquet);
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${engine}: ${seconds.toFixed(2)} s, peak RSS ${peak.toFixed(0)} MiB, ${note}\n`);
}

async function main(): Promise<void> {
  if (values.engine !== undefined) {
    await child(values.engine);
    process.exit(0);
  }
  mkdirSync(temporary, { recursive: true });
  await benchData('num', Number(values.rows));
  for (let run = 0; run < Number(values.runs); run++) {
    for (const engine of ['spillway', 'duckdb']) {
      const args = [
        fileURLToPath(import.meta.url),
        '--engine',
        engine,
        '--rows',
        values.rows,
        '--memory',
        values.memory,
      ];
      spawnSync(process.execPath, args, { stdio: 'inherit' });
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
