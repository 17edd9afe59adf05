/** `kill -9` while shards are written: those that were whole stay so, half ones are known, what is left over is swept. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { EngineError, max, min, openShards, tbl } from '../../src/index.js';
import { childScript, ended } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const rows = 30_000;
const keys = 50;

interface Versioned {
  g: number;
  version: number;
  value: number;
}

/** Starts the child and kills it `delay` ms after it has begun; answers the last version that it told of. */
async function killed(args: readonly string[], delay: number): Promise<number> {
  const child = spawn(process.execPath, [childScript('shard-forever'), ...args]);
  child.stdout.once('data', () => void sleep(delay).then(() => child.kill('SIGKILL')));
  const { out, errors, signal } = await ended(child, 60_000);
  expect({ errors, signal }).toEqual({ errors: '', signal: 'SIGKILL' });
  return Number(out.trim().split('\n').at(-1));
}

/** The version of whole shards, undefined where there are none yet. */
async function versionIn(path: string): Promise<number | undefined> {
  try {
    const shards = openShards<Versioned, 'g'>(path);
    expect(shards.length).toBe(keys);
    expect(await shards.verify()).toMatchObject({ shards: keys, rows });
    const whole = shards.query().summarise({ least: min('version'), most: max('version') });
    const [found] = await whole.rows();
    expect(found?.least).toBe(found?.most);
    return found?.most ?? undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // Before the first is whole there is no folder, an empty one, or one that is known as interrupted.
    expect(error.message).toMatch(/does not exist|no shards\.json|interrupted/);
    return undefined;
  }
}

test(
  'killed at fifty moments, shards are whole, the last or the next, or known to be none',
  { timeout: 400_000 },
  async () => {
    const path = join(folder, 'kept');
    let before = -1;
    for (let i = 0; i < 50; i += 1) {
      if (i % 5 === 0) {
        rmSync(path, { recursive: true, force: true });
        before = -1;
      }
      const last = await killed([path, folder], (i * 13) % 101);
      const version = await versionIn(path);
      // Versions begin at 0 in every child: what is there is its last, its next, or what was there when it began.
      if (version === undefined) expect(last).toBe(-1);
      else expect([last, last + 1, ...(last === -1 ? [before] : [])]).toContain(version);
      if (version === undefined) expect(before).toBe(-1);
      before = version ?? before;
    }
    const shards = await tbl({ g: [1], version: [0], value: [0] }).offload({ by: 'g', path });
    expect(namesIn(path)).toHaveLength(2);
    expect(shards.rows).toBe(1);
  },
);

test('temporary shards of killed processes are swept by the next offload', { timeout: 120_000 }, async () => {
  const tempDir = join(folder, 'temporary');
  mkdirSync(tempDir);
  for (let i = 0; i < 6; i += 1) await killed(['', tempDir], i * 23);
  await using shards = await tbl({ g: [1, 2], v: [0, 1] }).offload({ by: 'g', tempDir });
  expect(namesIn(tempDir)).toHaveLength(1);
  expect(shards.length).toBe(2);
});
