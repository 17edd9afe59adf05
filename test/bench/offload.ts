/**
 * `npm run bench -- offload [irls shards crossprod] [--rows 1e7] [--threads 2] [--runs 3]`: what is built on
 * offloads and folds, beside DuckDB and Polars where they can do it; each engine in a process of its own, in turn.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { crossprod } from './offload/crossprod.js';
import { irls } from './offload/irls.js';
import { shards } from './offload/shards.js';
import type { Job, Outcome } from './offload/job.js';

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
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

/** In the child: prepares, measures, prints one line of JSON. */
async function measure(job: Job, engine: string): Promise<void> {
  const run = job.engines[engine];
  if (run === undefined) throw new Error(`${job.name} has no engine ${engine}`);
  const outcome = await run({ rows: Number(values.rows), threads: Number(values.threads) });
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  say(JSON.stringify({ ...outcome, peakMiB }));
}

function inChild(job: Job, engine: string): (Outcome & { readonly peakMiB: number }) | undefined {
  const args = ['--child', engine, job.name, '--rows', values.rows, '--threads', values.threads];
  const run = spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), ...args], {
    encoding: 'utf8',
    env: { ...process.env, POLARS_MAX_THREADS: values.threads },
    maxBuffer: 2 ** 26,
  });
  if (run.status === 0) return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as never;
  say(`  ${engine}: ${run.stderr.trim().split('\n').slice(0, 3).join(' | ')}`);
  return undefined;
}

function differs(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return true;
  return a.some((x, i) => Math.abs(x - b[i]!) > 1e-7 * Math.max(1e-3, Math.abs(x), Math.abs(b[i]!)));
}

async function compare(job: Job): Promise<void> {
  await job.prepare(Number(values.rows));
  const polars = existsSync('test/bench/peers/node_modules/nodejs-polars');
  const engines = Object.keys(job.engines).filter((name) => polars || !name.startsWith('polars'));
  const all = new Map<string, NonNullable<ReturnType<typeof inChild>>[]>();
  for (let run = 0; run < Number(values.runs); run++) {
    for (const engine of engines) {
      const outcome = inChild(job, engine);
      if (outcome !== undefined) all.set(engine, [...(all.get(engine) ?? []), outcome]);
    }
  }
  say(`\n${job.what}`);
  const first = all.get('spillway')?.[0];
  let best = Infinity;
  for (const [engine, outcomes] of all) {
    const seconds = median(outcomes.map((o) => o.seconds));
    if (!engine.startsWith('spillway')) best = Math.min(best, seconds);
    const peak = median(outcomes.map((o) => o.peakMiB));
    const wrong =
      first !== undefined && differs(first.result, outcomes[0]!.result) ? ' ✗ another result' : '';
    say(
      `  ${engine.padEnd(16)} ${seconds.toFixed(3)} s, peak ${peak.toFixed(0)} MiB; ${outcomes[0]!.note}${wrong}`,
    );
  }
  const ours = median((all.get('spillway') ?? []).map((o) => o.seconds));
  if (Number.isFinite(best)) say(`  ratio to the best peer: ${(ours / best).toFixed(2)}`);
}

async function main(): Promise<void> {
  const chosen = positionals.length === 0 ? jobs : jobs.filter((job) => positionals.includes(job.name));
  if (chosen.length === 0) throw new Error(`jobs are ${jobs.map((job) => job.name).join(', ')}`);
  if (values.child !== undefined) {
    await measure(chosen[0]!, values.child);
    process.exit(0);
  }
  say(`${values.threads} threads, ${values.rows} rows, medians of ${values.runs}`);
  for (const job of chosen) await compare(job);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
