/** Offloads and the end of their process: temporary files go with it, a durable file is the old one or the new one. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, test } from 'vitest';
import { max, min, n, sum, tbl, verify } from '../../src/index.js';
import { injectFileFault } from '../../src/storage/disk-file.js';
import { childScript, ended, runChild } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const rows = 60_000;

function freshFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

describe('temporary files are gone when their process', () => {
  it.concurrent.each([
    ['end', 'ends', 0],
    ['exit', 'exits in the middle of a query over them', 0],
    ['exit while writing', 'exits in the middle of writing one', 0],
    ['throw', 'ends by an error that nobody caught', 1],
    ['worker', 'ends after a worker of its that had one was terminated', 0],
  ])('%s: %s', { timeout: 120_000 }, async (way, _, expected) => {
    const own = freshFolder(way.replaceAll(' ', '-'));
    const { code, out, signal } = await runChild('offload-and-end', [way, own], 60_000);
    expect({ code, out, signal }).toEqual({ code: expected, out: '200000\n', signal: null });
    expect(namesIn(own)).toEqual([]);
  });
});

/** Starts a script, kills it `delay` ms after it has first said something; answers with the last that it said. */
async function killed(args: readonly string[], delay: number): Promise<number> {
  const child = spawn(process.execPath, [childScript('offload-forever'), ...args]);
  child.stdout.once('data', () => void sleep(delay).then(() => child.kill('SIGKILL')));
  const { out, errors, signal } = await ended(child, 60_000);
  expect({ errors, signal }).toEqual({ errors: '', signal: 'SIGKILL' });
  return Number(out.trim().split('\n').at(-1));
}

test(
  'a durable offload that is killed leaves what was there, or all of the new',
  { timeout: 300_000 },
  async () => {
    const own = freshFolder('durable');
    const tempDir = freshFolder('durable-spill');
    const path = join(own, 'kept.vtr');
    for (let i = 0; i < 50; i += 1) {
      // Some begin with no file at all.
      if (i % 10 === 9) rmSync(path);
      const last = await killed([tempDir, path], (i * 13) % 97);
      const { rows: whole } = await verify(path);
      const found = await tbl<{ version: number; value: number }>(path)
        .summarise({ rows: n(), least: min('version'), most: max('version'), total: sum('value') })
        .first();
      const version = found!.most!;
      expect({ whole, ...found }).toEqual({
        whole: rows,
        rows,
        least: version,
        most: version,
        total: (version * rows * (rows - 1)) / 2,
      });
      expect([last, last + 1]).toContain(version);
    }
    await tbl({ version: [0] }).offload({ path });
    expect(namesIn(own)).toEqual(['kept.vtr']);
    await using swept = await tbl({ version: [0] }).offload({ tempDir });
    expect(readdirSync(tempDir).length).toBe(1);
    expect(swept.rowCount).toBe(1);
  },
);

test('temporary files of a killed process go with the next offload', { timeout: 120_000 }, async () => {
  const tempDir = freshFolder('killed');
  for (let i = 0; i < 10; i += 1) await killed([tempDir], (i * 11) % 61);
  // Each sweeps what the one before left; its own lies there now, and whatever its query was spilling.
  expect(namesIn(tempDir).length).toBeLessThanOrEqual(2);
  mkdirSync(join(tempDir, 'spillway-not-ours'));
  const cached = await tbl({ a: [1] }).offload({ tempDir });
  expect(namesIn(tempDir)).toHaveLength(2);
  await cached.release();
  expect(namesIn(tempDir)).toEqual(['spillway-not-ours']);
});

/** The code of what a promise is rejected with, and what its message says of where. */
async function failed(work: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  try {
    await work;
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    return { code, message };
  }
  return { code: 'no error', message: '' };
}

test('whichever file operation fails, one error is told and nothing is left', async () => {
  const tempDir = freshFolder('failing');
  const query = tbl({ a: [1, 2, 3], b: ['x', 'y', null] });
  let failures = 0;
  for (let at = 1; ; at += 1) {
    let left = at;
    injectFileFault((operation) => {
      left -= 1;
      if (left === 0 && operation !== 'remove')
        throw Object.assign(new Error('full'), { code: at % 2 === 0 ? 'ENOSPC' : 'EIO' });
    });
    const { code } = await failed(query.offload({ tempDir }).then((cached) => cached.release()));
    injectFileFault(undefined);
    expect(namesIn(tempDir), `operation ${String(at)}`).toEqual([]);
    if (code !== 'no error') {
      failures += 1;
      expect(['io', 'no-space']).toContain(code);
    } else if (left > 0) break;
  }
  expect(failures).toBeGreaterThan(8);
});

const small = freshFolder('small-disk');
const mounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(2 ** 21)}`, 'tmpfs', small]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('umount', [small]);
});

test('a disk that is full: one error, and room again', { timeout: 60_000 }, async () => {
  const query = tbl({ x: Float64Array.from({ length: 600_000 }, (_, i) => Math.sqrt(i * 7919)) });
  const kept = join(small, 'kept.vtr');
  await query.head(1000).offload({ path: kept });
  // Where no small disk can be made, the error is brought about instead.
  const fail = (): void => {
    if (!mounted)
      injectFileFault((operation) => {
        if (operation === 'write') throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      });
  };
  fail();
  const temporary = await failed(query.offload({ tempDir: small }));
  fail();
  const durable = await failed(query.offload({ path: kept }));
  injectFileFault(undefined);
  for (const { code, message } of [temporary, durable]) {
    expect(code).toBe('no-space');
    expect(message).toMatch(/^cannot write \S+: /);
  }
  expect(namesIn(small)).toEqual(['kept.vtr']);
  expect((await verify(kept)).rows).toBe(1000);
});
