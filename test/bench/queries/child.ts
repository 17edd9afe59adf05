/** One engine, one task, in a process of its own: `child.js engine task rows threads runs`, prints one JSON line. */
import type { EngineName } from './engines.js';
import { prepare } from './engines.js';
import { benchData } from './data.js';
import { tasks } from './tasks.js';

export interface ChildReport {
  readonly seconds: readonly number[];
  readonly peakMiB: number;
  readonly signature: { readonly rows: number; readonly sums: readonly number[] } | undefined;
  readonly writtenMiB: number | undefined;
}

async function report(): Promise<ChildReport> {
  const [engineName, taskName, rows, threads, runs] = process.argv.slice(2);
  const task = tasks.find((t) => t.name === taskName);
  if (task === undefined) throw new Error(`no task ${String(taskName)}`);
  const data = await benchData(task.data, Number(rows));
  const engine = await prepare(engineName as EngineName, task, data, Number(threads));
  await engine.run();
  const seconds: number[] = [];
  for (let i = 0; i < Number(runs); i++) {
    globalThis.gc?.();
    const start = performance.now();
    await engine.run();
    seconds.push((performance.now() - start) / 1000);
  }
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const signature = await engine.signature();
  return { seconds, peakMiB, signature, writtenMiB: engine.written() };
}

report().then(
  (result) => {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    process.exit(0);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
