/** `kill -9` at random moments of folds with checkpoints: the next run goes on, and the result is the same. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { tbl } from '../../src/index.js';
import { childScript, ended, runChild } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const path = join(folder, 'rows.vtr');
const rows = 3_300_000;
/** Of each way to fold. */
const kills = 13;

beforeAll(async () => {
  await tbl({
    row: Float64Array.from({ length: rows }, (_, i) => i),
    key: Float64Array.from({ length: rows }, (_, i) => (i * 7919) % 65_537),
    value: Float64Array.from({ length: rows }, (_, i) => ((i * 7919) % 1000) / 7),
  }).writeVtr(path, { durability: 'none' });
});

/** Runs the script until it ends or is killed, `delay` ms after it began; what it said last. */
async function run(way: string, file: string, delay: number): Promise<{ killed: boolean; said: string }> {
  const child = spawn(process.execPath, [childScript('fold-with-checkpoint'), way, path, file]);
  child.stdout.once('data', () => void sleep(delay).then(() => child.kill('SIGKILL')));
  const { out, errors, signal, code } = await ended(child, 60_000);
  expect({ errors, ended: signal ?? code }).toEqual({ errors: '', ended: signal === 'SIGKILL' ? signal : 0 });
  return { killed: signal === 'SIGKILL', said: out.trim().split('\n').at(-1) ?? '' };
}

interface Report {
  readonly result: unknown;
  readonly calls: number;
}

function reportIn(out: string): Report {
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Report;
}

const ways = ['one after the other', 'in ranges', 'of a sort', 'of the engine', 'of a module'];

test.each(ways)('a fold %s that is killed goes on', { timeout: 200_000 }, async (way) => {
  const file = join(folder, `${way}.checkpoint`);
  const whole = await runChild('fold-with-checkpoint', [way, path, join(folder, `${way}.whole`)]);
  const wanted = reportIn(whole.out);
  const calls: number[] = [];
  let killed = 0;
  for (let i = 0; killed < kills && i < 4 * kills; i++) {
    // From at once up to a third of a second: in reads, updates, and in the writing of the file. The engine is faster.
    const delay = way === 'of the engine' ? (i * 7) % 50 : (i * 53) % 331;
    const { killed: dead, said } = await run(way, file, delay);
    if (dead) {
      killed += 1;
      continue;
    }
    // It came to its end before it could be killed: the next one begins anew.
    const report = reportIn(said);
    expect(report.result).toEqual(wanted.result);
    calls.push(report.calls);
    rmSync(file);
  }
  expect(killed).toBeGreaterThanOrEqual(way === 'of the engine' ? 4 : kills);
  const last = reportIn((await runChild('fold-with-checkpoint', [way, path, file])).out);
  expect(last.result).toEqual(wanted.result);
  // Something of what the killed ones had done was left to go on from; workers and the engine do not count.
  if (wanted.calls > 0) expect(Math.min(last.calls, ...calls)).toBeLessThan(wanted.calls);
  expect(namesIn(folder).filter((name) => name.includes(`${way}.checkpoint`))).toEqual([`${way}.checkpoint`]);
});
