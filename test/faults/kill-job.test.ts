/** `kill -9` at random moments of jobs: resumed, they write what they would have written, byte for byte. */
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { writtenIn } from './begin-job.js';
import { makeJobFolder } from './job-matrices.js';
import { childScript, ended, runChild } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const fresh = join(folder, 'fresh');
/** Of one job, before it may come to its end and another one begins. */
const killsOfJob = 8;

beforeAll(() => {
  makeJobFolder(fresh);
});

/** Runs the job until it ends or is killed, `delay` ms after it said the word; whether it was killed. */
async function run(way: string, place: string, word: string, delay: number): Promise<boolean> {
  const child = spawn(process.execPath, [childScript('run-job'), way, place]);
  child.stdout.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes(word)) void sleep(delay).then(() => child.kill('SIGKILL'));
  });
  const { errors, signal, code } = await ended(child, 60_000);
  expect({ errors, ended: signal ?? code }).toEqual({ errors: '', ended: signal === 'SIGKILL' ? signal : 0 });
  return signal === 'SIGKILL';
}

interface Kept {
  readonly status: string;
  readonly phase: string;
  readonly cursor: { readonly row: number };
}

function keptIn(place: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(join(place, 'job.json'), 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

test.concurrent.each([
  ['knn-graph', 100],
  ['radius', 100],
  ['mutual-graph', 6],
])('%s, killed %i times', { timeout: 900_000 }, async (way, wanted) => {
  const whole = join(folder, `${way}-whole`);
  cpSync(fresh, whole, { recursive: true });
  const { code, errors } = await runChild('run-job', [way, whole]);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  const expected = writtenIn(whole);
  const place = join(folder, way);
  const stops = new Set<string>();
  let killed = 0;
  let runs = 0;
  while (killed < wanted) {
    rmSync(place, { recursive: true, force: true });
    cpSync(fresh, place, { recursive: true });
    for (let ofJob = 0; ofJob < killsOfJob && killed < wanted; ofJob++) {
      // Before anything is written, while it is verified, or in the middle of writes, syncs and renames.
      const word = runs % 4 === 0 ? 'begun' : 'written';
      if (!(await run(way, place, word, (runs++ * 29) % 67))) break;
      killed += 1;
      const kept = keptIn(place);
      if (kept?.status === 'running') stops.add(`${kept.phase} ${String(kept.cursor.row)}`);
    }
    const last = await runChild('run-job', [way, place]);
    expect({ code: last.code, errors: last.errors }).toEqual({ code: 0, errors: '' });
    expect(keptIn(place)?.status).toBe('completed');
    expect(writtenIn(place)).toEqual(expected);
    expect(namesIn(place).filter((name) => /tmp|lock/.test(name))).toEqual([]);
  }
  // They were killed in the middle of things, and not always in the same one.
  expect(stops.size).toBeGreaterThan(wanted / 50);
});
