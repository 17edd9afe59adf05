/**
 * `npm run bench [-- task …] [--rows 1e7] [--threads 2] [--rounds 3] [--engines spillway,duckdb-file]`: every engine
 * on every task, each in fresh processes, in turn; results are compared, medians and ratios printed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import type { ChildReport } from './queries/child.js';
import { benchData, fileMiB } from './queries/data.js';
import type { EngineName, Signature } from './queries/engines.js';
import { engineNames } from './queries/engines.js';
import type { Task } from './queries/tasks.js';
import { tasks } from './queries/tasks.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1e7' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    rounds: { type: 'string', default: '2' },
    runs: { type: 'string', default: '3' },
    engines: { type: 'string' },
  },
});
const rows = Number(values.rows);
const child = path.join(path.dirname(fileURLToPath(import.meta.url)), 'queries/child.js');

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function chosenEngines(): EngineName[] {
  if (values.engines !== undefined) return values.engines.split(',') as EngineName[];
  const polars = existsSync('test/bench/peers/node_modules/nodejs-polars');
  if (!polars) say('nodejs-polars is left out: npm install --prefix test/bench/peers brings it');
  return engineNames.filter((name) => polars || !name.startsWith('polars'));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function measure(engine: EngineName, task: Task): ChildReport | undefined {
  const run = spawnSync(
    process.execPath,
    ['--expose-gc', child, engine, task.name, String(rows), values.threads, values.runs],
    { encoding: 'utf8', env: { ...process.env, POLARS_MAX_THREADS: values.threads }, maxBuffer: 2 ** 26 },
  );
  if (run.status === 0) return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as ChildReport;
  say(`  ${engine}: ${run.stderr.trim().split('\n').slice(0, 3).join(' | ')}`);
  return undefined;
}

interface Measured {
  readonly engine: EngineName;
  readonly seconds: number;
  readonly peakMiB: number;
  readonly signature: Signature | undefined;
  readonly writtenMiB: number | undefined;
}

function measureTask(task: Task, engines: readonly EngineName[]): Measured[] {
  const reports = new Map<EngineName, ChildReport[]>();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const engine of engines) {
      if (engine.startsWith('polars') && task.polars === undefined) continue;
      const report = measure(engine, task);
      if (report !== undefined) reports.set(engine, [...(reports.get(engine) ?? []), report]);
    }
  }
  return [...reports].map(([engine, all]) => ({
    engine,
    seconds: median(all.flatMap((r) => r.seconds)),
    peakMiB: median(all.map((r) => r.peakMiB)),
    signature: all[0]?.signature,
    writtenMiB: all[0]?.writtenMiB,
  }));
}

/** Sums agree to nine digits: the engines add floats in different orders. */
function agree(a: Signature, b: Signature): boolean {
  if (a.rows !== b.rows || a.sums.length !== b.sums.length) return false;
  return a.sums.every((x, i) => {
    const y = b.sums[i]!;
    return Object.is(x, y) || Math.abs(x - y) <= 1e-9 * Math.max(1, Math.abs(x), Math.abs(y));
  });
}

function disagreements(measured: readonly Measured[]): string {
  const [first, ...others] = measured.filter((m) => m.signature !== undefined);
  const wrong = others.filter((m) => !agree(first!.signature!, m.signature!));
  return wrong.length === 0 ? '' : ` ✗ ${wrong.map((m) => m.engine).join(', ')} differ from ${first!.engine}`;
}

async function main(): Promise<void> {
  const engines = chosenEngines();
  const unknown = positionals.find((name) => !tasks.some((t) => t.name === name));
  if (unknown !== undefined)
    throw new Error(`no task ${unknown}; there are ${tasks.map((t) => t.name).join(', ')}`);
  const chosen = positionals.length === 0 ? tasks : tasks.filter((t) => positionals.includes(t.name));
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, ${values.threads} threads, ${rows} rows`,
  );
  for (const name of new Set(chosen.map((t) => t.data))) {
    const data = await benchData(name, rows);
    const sizes = [data.vtr, data.duckdb, data.parquet].map((f) => `${fileMiB(f).toFixed(0)} MiB`);
    say(`${name}: .vtr ${sizes[0]}, DuckDB's file ${sizes[1]}, Parquet (zstd) ${sizes[2]}`);
  }
  say('seconds (median) / peak MiB of the process; ratio: Spillway over the best peer\n');
  say(`| task | ${engines.join(' | ')} | ratio |`);
  say(`|---|${engines.map(() => '---|').join('')}---|`);
  const ratios: number[] = [];
  for (const task of chosen) {
    const measured = measureTask(task, engines);
    const cells = engines.map((engine) => {
      const m = measured.find((x) => x.engine === engine);
      if (m === undefined) return '–';
      const size = m.writtenMiB === undefined ? '' : ` → ${m.writtenMiB.toFixed(0)} MiB`;
      return `${m.seconds.toFixed(3)} / ${m.peakMiB.toFixed(0)}${size}`;
    });
    const ours = measured.find((m) => m.engine === 'spillway')?.seconds;
    const best = Math.min(...measured.filter((m) => m.engine !== 'spillway').map((m) => m.seconds));
    const ratio = ours === undefined ? NaN : ours / best;
    if (Number.isFinite(ratio)) ratios.push(ratio);
    say(
      `| ${task.name}: ${task.what} | ${cells.join(' | ')} | ${ratio.toFixed(2)}${disagreements(measured)} |`,
    );
  }
  if (ratios.length > 0) {
    const geometric = Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length);
    say(`\ngeometric mean of the ratios: ${geometric.toFixed(2)}`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
