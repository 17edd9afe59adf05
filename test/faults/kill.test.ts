/** `kill -9` at random moments: a file is the old version or the new one, and what is left over is swept later. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { max, min, n, sum, tbl, verify } from '../../src/index.js';
import { childScript, ended } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const rows = 40_000;

/** Starts a script, kills it `delay` ms after it has first said something; answers with all that it said. */
async function killed(script: string, args: readonly string[], delay: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [childScript(script), ...args]);
  child.stdout.once('data', () => void sleep(delay).then(() => child.kill('SIGKILL')));
  const { out, errors, signal } = await ended(child, 60_000);
  expect({ errors, signal }).toEqual({ errors: '', signal: 'SIGKILL' });
  return out.trim().split('\n');
}

interface Versioned {
  version: number;
  value: number;
}

/** The versions that the file holds, each checked to be whole. */
async function versionsIn(path: string): Promise<number[]> {
  const found = tbl<Versioned>(path)
    .groupBy('version')
    .summarise({ rows: n(), total: sum('value'), least: min('value'), most: max('value') })
    .arrange('version');
  return (await found.rows()).map(({ version, ...figures }) => {
    const most = (rows - 1) * version;
    expect(figures).toEqual({ rows, total: (most * rows) / 2, least: 0, most });
    return version;
  });
}

test('a writer that is killed leaves one whole version', { timeout: 240_000 }, async () => {
  const path = join(folder, 'replaced.vtr');
  for (let i = 0; i < 20; i += 1) {
    const said = await killed('write-forever', [path, 'replace'], (i * 17) % 83);
    const last = Number(said.at(-1));
    expect((await verify(path)).rows).toBe(rows);
    const [version, ...more] = await versionsIn(path);
    expect(more).toEqual([]);
    // The one that it told of, or the next, whose end it did not live to tell.
    expect([last, last + 1]).toContain(version);
  }
  await tbl({ version: [0], value: [0] }).writeVtr(path);
  expect(namesIn(folder)).toEqual(['replaced.vtr']);
});

test('an append that is killed is there as a whole or not at all', { timeout: 240_000 }, async () => {
  const path = join(folder, 'appended.vtr');
  for (let i = 0; i < 15; i += 1) {
    rmSync(path, { force: true });
    await tbl({ version: new Int32Array(0), value: new Float64Array(0), text: [''].slice(1) }).writeVtr(path);
    const empty = await tbl({
      version: new Int32Array(rows),
      value: new Float64Array(rows),
      text: new Array<string>(rows).fill(''),
    }).writeVtr(path);
    expect(empty.rows).toBe(rows);
    const said = await killed('write-forever', [path, 'append'], (i * 29) % 97);
    const last = Number(said.at(-1));
    const versions = await versionsIn(path);
    expect(versions).toEqual(Array.from({ length: versions.length }, (_, v) => v));
    expect([last, last + 1]).toContain(versions.at(-1));
    await verify(path);
  }
  // The dead writer's lock is taken over, and what it wrote behind the last version written over.
  await tbl({
    version: new Int32Array(rows).fill(-1),
    value: Float64Array.from({ length: rows }, (_, i) => -i),
    text: new Array<string>(rows).fill('x'),
  }).writeVtr(path, { append: true });
  expect((await verify(path)).rows % rows).toBe(0);
  expect(namesIn(folder).filter((name) => name.includes('appended'))).toEqual(['appended.vtr']);
});

test('what a killed query spilled is swept by the next one', { timeout: 60_000 }, async () => {
  const path = join(folder, 'spilled.vtr');
  const tempDir = join(folder, 'spill');
  mkdirSync(tempDir);
  await tbl({ text: Array.from({ length: 200_000 }, (_, i) => `text ${String(i % 9000)}`) }).writeVtr(path);
  for (let i = 0; i < 5; i += 1) await killed('spill-forever', [path, tempDir], i * 7);
  expect(namesIn(tempDir).length).toBeLessThanOrEqual(1);
  const mine = join(tempDir, 'spillway-not-ours');
  mkdirSync(mine);
  await tbl<{ text: string }>(path).arrange('text').collect({ forceSpill: true, tempDir });
  await expect.poll(() => namesIn(tempDir), { timeout: 10_000 }).toEqual(['spillway-not-ours']);
  expect(existsSync(mine)).toBe(true);
});
