/** Runs jobs side by side: each engine in a process of its own, in turn; medians, peaks, and whether results agree. */
import { spawnSync } from 'node:child_process';

import type { Job, Outcome, Setting } from './job.js';

export interface Comparison extends Setting {
  readonly runs: number;
  /** The script that measures one job of one engine when called with `--child ENGINE JOB`. */
  readonly script: string;
  /** Whether an engine is installed. */
  readonly has: (engine: string) => boolean;
}

type Measured = Outcome & { readonly peakMiB: number };

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

/** In the child: prepares, measures, prints one line of JSON. */
export async function measure(job: Job, engine: string, setting: Setting): Promise<void> {
  const run = job.engines[engine];
  if (run === undefined) throw new Error(`${job.name} has no engine ${engine}`);
  const outcome = await run(setting);
  const peakMiB = outcome.peakMiB ?? process.resourceUsage().maxRSS / 1024;
  say(JSON.stringify({ ...outcome, peakMiB }));
}

function inChild(job: Job, engine: string, { script, rows, threads }: Comparison): Measured | undefined {
  const args = ['--child', engine, job.name, '--rows', String(rows), '--threads', String(threads)];
  const run = spawnSync(process.execPath, ['--expose-gc', script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, POLARS_MAX_THREADS: String(threads) },
    maxBuffer: 2 ** 26,
  });
  if (run.status === 0) return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as Measured;
  say(`  ${engine}: ${run.stderr.trim().split('\n').slice(0, 3).join(' | ')}`);
  return undefined;
}

function differs(a: readonly number[], b: readonly number[], tolerance: number): boolean {
  if (a.length !== b.length) return true;
  return a.some((x, i) => Math.abs(x - b[i]!) > tolerance * Math.max(1e-3, Math.abs(x), Math.abs(b[i]!)));
}

/** Prints the comparison of one job. Engines whose names begin with `spillway` are ours. */
export async function compare(job: Job, comparison: Comparison): Promise<void> {
  await job.prepare(comparison.rows);
  const all = new Map<string, Measured[]>();
  for (let run = 0; run < comparison.runs; run++) {
    for (const engine of Object.keys(job.engines).filter(comparison.has)) {
      const outcome = inChild(job, engine, comparison);
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
      first !== undefined && differs(first.result, outcomes[0]!.result, job.tolerance ?? 1e-7)
        ? ' ✗ another result'
        : '';
    say(
      `  ${engine.padEnd(18)} ${seconds.toFixed(4)} s, peak ${peak.toFixed(0)} MiB; ${outcomes[0]!.note}${wrong}`,
    );
  }
  const ours = median((all.get('spillway') ?? []).map((o) => o.seconds));
  if (Number.isFinite(best)) say(`  ratio to the best peer: ${(ours / best).toFixed(2)}`);
}
