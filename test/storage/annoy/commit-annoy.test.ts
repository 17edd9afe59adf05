/** Putting an index in place: whichever operation fails, and wherever a build dies, one pair is whole. */
import { cpSync, readFileSync, readdirSync, renameSync, rmSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { EngineError, buildAnnoy, openAnnoy } from '../../../src/index.js';
import type { AnnoyIndex } from '../../../src/index.js';
import { injectFileFault } from '../../../src/storage/disk-file.js';
import { ioError } from '../../../src/storage/io-error.js';
import { openAnnoyPair } from '../../../src/storage/annoy/annoy-pair.js';
import { scratchFolder } from '../../faults/scratch-folder.js';

const folder = scratchFolder();
const old = join(folder, 'old');
const other = join(folder, 'other');
const place = join(folder, 'place');
const at = (name: string): string => join(place, name);

const rowsOf = (shift: number): number[][] =>
  Array.from({ length: 40 }, (_, i) => [i + shift, (i * 7) % 11, i % 3]);
const build = (where: string, shift: number): Promise<AnnoyIndex> =>
  buildAnnoy(rowsOf(shift), { path: join(where, 'x.ann'), trees: 3, seed: shift + 1 });
let ids: readonly (string | undefined)[] = [];

beforeAll(async () => {
  mkdirSync(old);
  mkdirSync(other);
  ids = [(await build(old, 0)).id, (await build(other, 1)).id];
});
beforeEach(() => {
  rmSync(place, { recursive: true, force: true });
  cpSync(old, place, { recursive: true });
});
afterEach(() => {
  injectFileFault(undefined);
});

/** What is there is whole, and answers as its own rows do. */
async function wholeIndex(): Promise<AnnoyIndex> {
  const index = openAnnoy(at('x.ann'));
  const { valid } = await index.validate();
  expect(valid).toBe(true);
  return index;
}

test('every operation on files fails once, alone or for good: the old index or the new one is whole', async () => {
  for (const forGood of [false, true]) {
    let failures = 0;
    for (let failing = 1; ; failing += 1) {
      rmSync(place, { recursive: true, force: true });
      cpSync(old, place, { recursive: true });
      let operations = 0;
      let hit = false;
      injectFileFault((operation, path) => {
        operations += 1;
        if (operations === failing || (forGood && operations > failing)) {
          hit = true;
          throw ioError(operation, path, { code: 'ENOSPC' });
        }
      });
      const outcome: unknown = await build(place, 1).catch((error: unknown) => error);
      injectFileFault(undefined);
      if (!hit) break;
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(EngineError);
        failures += 1;
      }
      const index = await wholeIndex();
      if (!(outcome instanceof Error)) expect(index.id).not.toBe(ids[0]);
      // Another build finds nothing in its way but the lock that could not be taken back.
      rmSync(at('x.ann.lock'), { force: true });
      const next = await build(place, 2);
      expect((await wholeIndex()).id).toBe(next.id);
      const left = readdirSync(place).filter((name) => !name.endsWith('.tmp'));
      expect(left.sort()).toEqual(['x.ann', 'x.ann.meta']);
    }
    expect(failures).toBeGreaterThan(10);
  }
});

/** The steps of a build that replaces the old index by the other one, as far as they came. */
const steps: readonly (readonly [string, () => void])[] = [
  ['the sidecar lies ready', () => cpSync(join(other, 'x.ann.meta'), at('x.ann.meta.next'))],
  ['the file has its name', () => cpSync(join(other, 'x.ann'), at('x.ann'), { preserveTimestamps: true })],
  ['the sidecar has its name', () => renameSync(at('x.ann.meta.next'), at('x.ann.meta'))],
];

test.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 1],
])('a build that died after %i steps left index %i', async (count, which) => {
  for (const [, step] of steps.slice(0, count)) step();
  expect((await wholeIndex()).id).toBe(ids[which]);
  // The next build dies, too, when its sidecar lies ready: what is there is not lost.
  injectFileFault((operation, path) => {
    if (operation === 'rename' && path === at('x.ann')) throw ioError('rename', path, { code: 'EIO' });
  });
  await expect(build(place, 5)).rejects.toMatchObject({ code: 'io' });
  injectFileFault(undefined);
  expect((await wholeIndex()).id).toBe(ids[which]);
  expect(readdirSync(place).sort()).toEqual(['x.ann', 'x.ann.meta']);
});

test('the first build of a path died: there is no index, and the next build is not kept from it', async () => {
  rmSync(at('x.ann'));
  rmSync(at('x.ann.meta'));
  steps[0]![1]();
  expect(() => openAnnoy(at('x.ann'))).toThrow(expect.objectContaining({ code: 'io' }) as Error);
  const { id } = await build(place, 7);
  expect((await wholeIndex()).id).toBe(id);
});

test('a build died over a file without a sidecar: that is what it was', () => {
  rmSync(at('x.ann.meta'));
  steps[0]![1]();
  expect(openAnnoy(at('x.ann'), { metric: 'euclidean', dimension: 3 })).toMatchObject({
    items: 40,
    id: undefined,
  });
  expect(() => openAnnoy(at('x.ann'))).toThrow('give metric and dimension');
});

test('while one index after the other takes the place, readers find one of them', async () => {
  let over = false;
  const builds = (async () => {
    const built: (string | undefined)[] = [ids[0]];
    for (let shift = 1; shift <= 30; shift += 1) built.push((await build(place, shift)).id);
    over = true;
    return built;
  })();
  const seen: { readonly id: string | undefined; readonly nearest: number }[] = [];
  while (!over) {
    const index = openAnnoy(at('x.ann'));
    const { distance } = await index.search([0, 0, 0], { k: 1, searchK: 1000 });
    seen.push({ id: index.id, nearest: Math.round(distance[0]!) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const built = await builds;
  for (const { id, nearest } of seen) {
    // The first row of the build with this shift lies so far from the origin.
    expect(built[Math.min(30, nearest)]).toBe(id);
  }
  expect(new Set(seen.map(({ id }) => id)).size).toBeGreaterThan(10);
});

test('of two sidecars that fit what is looked at, the one of the same time is taken', async () => {
  // The items of one tree of a few items all lie in one bucket, whose node is the same whatever the items are.
  const rows = (shift: number): { data: Float32Array; rows: number; cols: number } => ({
    data: Float32Array.from({ length: 200 * 400 }, (_, i) => ((i * 7) % 23) + (i > 40_000 ? shift : 0)),
    rows: 200,
    cols: 400,
  });
  const first = await buildAnnoy(rows(0), { path: at('wide.ann'), trees: 2 });
  cpSync(at('wide.ann.meta'), at('first.meta'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = await buildAnnoy(rows(1), { path: at('wide.ann'), trees: 2 });
  expect(readFileSync(at('first.meta'), 'utf8')).not.toBe(readFileSync(at('wide.ann.meta'), 'utf8'));
  renameSync(at('wide.ann.meta'), at('wide.ann.meta.next'));
  renameSync(at('first.meta'), at('wide.ann.meta'));
  const pair = openAnnoyPair({ path: at('wide.ann'), metadataPath: at('wide.ann.meta') });
  expect(pair).toMatchObject({ sidecar: { id: second.id }, sidecarPath: at('wide.ann.meta.next') });
  expect(first.id).not.toBe(second.id);
});
