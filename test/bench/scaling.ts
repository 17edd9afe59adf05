/**
 * `npm run bench -- scaling [--rows 1e7]`: the same queries on one thread and on more, and what the threads did: pieces
 * of work handed out, times a lock was contended, times nothing was to do.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { poolCounters } from 'spillway';
import { benchData } from './queries/data.js';
import { tasks } from './queries/tasks.js';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1e7' }, runs: { type: 'string', default: '5' } },
});
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

async function main(): Promise<void> {
  const most = availableParallelism();
  say(`| task | 1 thread | ${most} threads | speed-up | hand-outs | contended | idle ms |`);
  say('|---|---|---|---|---|---|---|');
  for (const task of tasks.filter((t) => t.toFile === undefined)) {
    const data = await benchData(task.data, Number(values.rows));
    const run = async (threads: number): Promise<number> => {
      const start = performance.now();
      await task.spillway(data.vtr).collect({ threads });
      return (performance.now() - start) / 1000;
    };
    const one: number[] = [];
    const many: number[] = [];
    await run(most);
    let counters = { handouts: 0, lockWaits: 0, idle: 0 };
    for (let i = 0; i < Number(values.runs); i++) {
      one.push(await run(1));
      const before = poolCounters();
      many.push(await run(most));
      const after = poolCounters();
      counters = {
        handouts: after.handouts - before.handouts,
        lockWaits: after.lockWaits - before.lockWaits,
        idle: (after.idleNanos - before.idleNanos) / 1e6,
      };
    }
    const [a, b] = [median(one), median(many)];
    say(
      `| ${task.name} | ${a.toFixed(3)} | ${b.toFixed(3)} | ${(a / b).toFixed(2)} | ${counters.handouts} | ` +
        `${counters.lockWaits} | ${counters.idle.toFixed(1)} |`,
    );
  }
}

void main();
