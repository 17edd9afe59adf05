/**
 * `npm run bench -- offload [irls shards crossprod] [--rows 1e7] [--threads 2] [--runs 3]`: what is built on
 * offloads and folds, beside DuckDB and Polars where they can do it; each engine in a process of its own, in turn.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compare, measure } from './jobs/compare.js';
import type { Job } from './jobs/job.js';
import { crossprod } from './offload/crossprod.js';
import { irls } from './offload/irls.js';
import { shards } from './offload/shards.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1e7' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    runs: { type: 'string', default: '3' },
    child: { type: 'string' },
  },
});
const jobs: readonly Job[] = [irls, shards, crossprod];
async function main(): Promise<void> {
  const chosen = positionals.length === 0 ? jobs : jobs.filter((job) => positionals.includes(job.name));
  if (chosen.length === 0) throw new Error(`jobs are ${jobs.map((job) => job.name).join(', ')}`);
  const setting = { rows: Number(values.rows), threads: Number(values.threads) };
  if (values.child !== undefined) {
    await measure(chosen[0]!, values.child, setting);
    process.exit(0);
  }
  process.stdout.write(`${values.threads} threads, ${values.rows} rows, medians of ${values.runs}\n`);
  const polars = existsSync('test/bench/peers/node_modules/nodejs-polars');
  const has = (engine: string): boolean => polars || !engine.startsWith('polars');
  const script = fileURLToPath(import.meta.url);
  for (const job of chosen) await compare(job, { ...setting, runs: Number(values.runs), script, has });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
