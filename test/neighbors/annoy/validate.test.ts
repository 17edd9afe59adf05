/** Validating Annoy indexes: every check, passed and failed. */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { buildAnnoy, openAnnoy } from 'spillway';
import type { AnnoyIndex } from 'spillway';
import { scratchFolder } from '../../faults/scratch-folder.js';
import { clusteredRows } from './annoy-rows.js';

const folder = scratchFolder();
const fresh = join(folder, 'fresh');
const place = join(folder, 'place');
const path = join(place, 'x.ann');
const rows = { data: clusteredRows(3000, 20), rows: 3000, cols: 20 };

beforeAll(async () => {
  mkdirSync(fresh);
  await buildAnnoy(rows, { path: join(fresh, 'x.ann'), trees: 6 });
});
beforeEach(() => {
  rmSync(place, { recursive: true, force: true });
  cpSync(fresh, place, { recursive: true, preserveTimestamps: true });
});

/** Names of checks that failed, warnings in brackets. */
async function failedOf(index: AnnoyIndex, load = true): Promise<string[]> {
  const { checks, valid } = await index.validate({ strict: false, load });
  const failed = checks.filter(({ passed }) => !passed);
  expect(valid).toBe(failed.every(({ severity }) => severity === 'warning'));
  for (const { text } of checks) expect(text).not.toBe('');
  return failed.map(({ check, severity }) => (severity === 'warning' ? `(${check})` : check));
}

test('a whole index passes every check', async () => {
  const index = openAnnoy(path, { loadMode: 'lazy' });
  const { valid, checks, index: same } = await index.validate();
  expect(valid).toBe(true);
  expect(same).toBe(index);
  expect(checks.map(({ check, severity }) => `${check} ${severity}`)).toEqual([
    'file error',
    'sidecar error',
    'size error',
    'mtime warning',
    'name warning',
    'md5 error',
    'identity error',
    'metric error',
    'dimension error',
    'items error',
    'trees error',
    'load error',
    'blocks error',
    'structure error',
  ]);
  expect(checks.every(({ passed }) => passed)).toBe(true);
  expect(index.isLoaded).toBe(false);
  const { checks: fewer } = await index.validate({ load: false });
  expect(fewer).toHaveLength(11);
});

test('a copy under another name is whole, with warnings', async () => {
  renameSync(path, join(place, 'y.ann'));
  renameSync(`${path}.meta`, join(place, 'y.ann.meta'));
  utimesSync(join(place, 'y.ann'), 1000, 1000);
  const index = openAnnoy(join(place, 'y.ann'));
  expect(await failedOf(index)).toEqual(['(mtime)', '(name)']);
  expect((await index.validate()).valid).toBe(true);
});

test('a byte flipped anywhere: the content is not what was written', async () => {
  const index = openAnnoy(path);
  const bytes = readFileSync(path);
  for (const at of [0, 5, 20_000, 100_000, bytes.length >> 1, bytes.length - 1]) {
    const flipped = Uint8Array.from(bytes);
    flipped[at]! ^= 4;
    writeFileSync(path, flipped);
    const failed = await failedOf(index);
    expect(failed).toContain('md5');
    expect(failed.some((check) => check === 'load' || check === 'blocks')).toBe(true);
    expect(await failedOf(index, false)).toContain('md5');
  }
  await expect(index.validate()).rejects.toMatchObject({
    code: 'format',
    message: expect.stringContaining('failed the check of its md5'),
    detail: { check: 'md5', path },
  });
});

test('cut off, gone, replaced', async () => {
  const index = openAnnoy(path);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, 1000));
  expect(await failedOf(index)).toEqual(expect.arrayContaining(['size', 'md5', 'load']));
  await expect(index.validate()).rejects.toMatchObject({ detail: { check: 'size' } });
  writeFileSync(path, bytes);
  rmSync(`${path}.meta`);
  expect(await failedOf(index)).toEqual(['sidecar']);
  writeFileSync(`${path}.meta`, 'metric: none\n');
  expect(await failedOf(index)).toEqual(['sidecar']);
  rmSync(path);
  expect(await failedOf(index)).toEqual(['file']);
  await buildAnnoy({ data: clusteredRows(100, 21), rows: 100, cols: 21 }, { path, metric: 'dot', trees: 3 });
  expect(await failedOf(index)).toEqual(['identity', 'metric', 'dimension', 'items', 'trees']);
});

test('options', async () => {
  const index = openAnnoy(path);
  await expect(index.validate({ strict: 1 } as unknown as { strict: boolean })).rejects.toMatchObject({
    code: 'argument',
  });
  await expect(index.validate({ deep: true } as unknown as { strict: boolean })).rejects.toMatchObject({
    code: 'argument',
  });
  await expect(index.validate({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
});
