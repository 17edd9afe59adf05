/** Building Annoy indexes: what may be asked, what is written, and what is left alone when it fails. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { buildAnnoy, createMatrix, openAnnoy, tbl } from 'spillway';
import type { BuildAnnoyOptions, PointsInput } from 'spillway';
import { parseSidecar } from '../../../src/storage/annoy/sidecar.js';
import { WriteLock } from '../../../src/storage/write-lock.js';
import { scratchFolder } from '../../faults/scratch-folder.js';
import { asArrays, clusteredRows, fiveRows } from './annoy-rows.js';

const folder = scratchFolder();
const place = join(folder, 'place');
const at = (name: string): string => join(place, name);
beforeEach(() => {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
});

const md5 = (path: string): string => createHash('md5').update(readFileSync(path)).digest('hex');

test('the pair of files, and the index', async () => {
  const before = Date.now();
  const index = await buildAnnoy(fiveRows, { path: at('ref.ann'), trees: 25, seed: 99, seeding: 'annoy' });
  expect(readdirSync(place).sort()).toEqual(['ref.ann', 'ref.ann.meta']);
  expect(index).toMatchObject({
    path: at('ref.ann'),
    metadataPath: at('ref.ann.meta'),
    metric: 'euclidean',
    trees: 25,
    items: 5,
    dimension: 2,
    buildSeed: 99,
    buildThreads: -1,
    buildBackend: 'cpp',
    loadMode: 'lazy',
    isLoaded: false,
    fileSize: 2496,
    fileMd5: 'c2eab887babb44656824ba64e545d6c9',
    prefault: false,
  });
  expect(md5(at('ref.ann'))).toBe(index.fileMd5);
  expect(index.id).toMatch(/^annoy-\d{14}-c2eab887babb$/);
  const digits = /-(\d{14})-/.exec(index.id!)![1]!;
  const time = Date.parse(digits.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z'));
  expect(time).toBeGreaterThanOrEqual(before - 1000);
  expect(time).toBeLessThanOrEqual(Date.now());
  const sidecar = parseSidecar(readFileSync(at('ref.ann.meta')), 'ref.ann.meta');
  expect(sidecar).toMatchObject({
    id: index.id,
    indexFile: 'ref.ann',
    items: 5,
    seeding: 'annoy',
    loadMode: 'lazy',
  });
  expect(sidecar.blockSums).toHaveLength(8);
});

test('every kind of reference gives the same bytes, also in little memory and on the disk', async () => {
  const data = clusteredRows(3000, 6);
  const arrays = asArrays(data, 6);
  const matrix = createMatrix(at('ref'), { rows: 3000, cols: 6, type: 'float32', data });
  const table = tbl(arrays.map(([a, b, c, d, e, f]) => ({ a, b, c, d, e, f })));
  const references: PointsInput[] = [
    { data, rows: 3000, cols: 6 },
    arrays,
    matrix,
    matrix.descriptor,
    at('ref.desc'),
    table,
    { query: table, columns: ['a', 'b', 'c', 'd', 'e', 'f'] },
  ];
  const hashes = new Set<string>();
  const build = async (reference: PointsInput, options: Partial<BuildAnnoyOptions> = {}): Promise<void> => {
    const index = await buildAnnoy(reference, { path: at('x.ann'), trees: 5, seed: 2n ** 63n, ...options });
    expect(index).toMatchObject({ items: 3000, dimension: 6, trees: 5, buildSeed: 2n ** 63n });
    hashes.add(md5(at('x.ann')));
  };
  for (const reference of references) await build(reference);
  await build(matrix, { threads: 1 });
  await build(matrix, { threads: 2, blockRows: 100 });
  await build(matrix, { onDisk: true });
  await build(matrix, { memory: '1MB' });
  expect(hashes.size).toBe(1);
  expect(readdirSync(place).sort()).toEqual(['ref.bin', 'ref.desc', 'x.ann', 'x.ann.meta']);
});

test('as many trees as take the room of the items; an eager index; another place for the sidecar', async () => {
  mkdirSync(at('meta'));
  const options = {
    path: at('x.ann'),
    trees: -1,
    metadataPath: at('meta/x.txt'),
    loadMode: 'eager',
  } as const;
  const index = await buildAnnoy({ data: clusteredRows(500, 4), rows: 500, cols: 4 }, options);
  expect(index.trees).toBeGreaterThan(1);
  expect(index).toMatchObject({ isLoaded: true, loadMode: 'eager', metadataPath: at('meta/x.txt') });
  expect(readdirSync(place).sort()).toEqual(['meta', 'x.ann']);
  expect(openAnnoy(at('x.ann'), { metadataPath: at('meta/x.txt') }).id).toBe(index.id);
});

test('a build reports how far it is, and can be stopped', async () => {
  const reference = { data: clusteredRows(20_000, 16), rows: 20_000, cols: 16 };
  const stages: string[] = [];
  const onProgress = ({ stage }: { readonly stage: string }): void => void stages.push(stage);
  await buildAnnoy(reference, { path: at('x.ann'), trees: 4, onProgress });
  expect(stages.at(-1)).toBe('done');
  const old = md5(at('x.ann'));
  const stop = new AbortController();
  const build = buildAnnoy(reference, { path: at('x.ann'), trees: 2000, signal: stop.signal });
  setTimeout(() => {
    stop.abort();
  }, 50);
  await expect(build).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(place).sort()).toEqual(['x.ann', 'x.ann.meta']);
  expect(md5(at('x.ann'))).toBe(old);
});

test.each<[string, Record<string, unknown>, string]>([
  ['no path', { path: undefined }, 'path of buildAnnoy must be the path of a file'],
  ['an empty path', { path: '' }, 'path of buildAnnoy must be the path of a file'],
  ['no trees', { trees: 0 }, 'trees must be a whole number from 1'],
  ['half a tree', { trees: 1.5 }, 'trees must be a whole number from 1'],
  ['another metric', { metric: 'euclidian' }, 'did you mean "euclidean"'],
  ['a metric of exact search', { metric: 'cosine' }, 'nearest to it is "angular"'],
  ['no name of a metric', { metric: 7 }, 'has no metric number'],
  ['seed 0', { seed: 0 }, 'seed must be a whole number from 1 to 2^64 - 1'],
  ['a large seed', { seed: 2n ** 64n }, 'seed must be'],
  ['a rounded seed', { seed: 2 ** 60 }, 'above 2^53 a bigint'],
  ['a text for a seed', { seed: '7' }, 'not string'],
  ['another seeding', { seeding: 'random' }, 'seeding must be one of "tree", "annoy"'],
  ['fused trees', { fused: true }, "it needs seeding: 'annoy'"],
  ['fused by text', { seeding: 'annoy', fused: 'yes' }, 'fused must be true or false'],
  ['no rows per read', { blockRows: 0 }, 'blockRows must be a whole number from 1'],
  ['onDisk by text', { onDisk: 'yes' }, 'onDisk must be true or false'],
  ['another loadMode', { loadMode: 'later' }, 'loadMode must be one of "lazy", "eager"'],
  ['no threads', { threads: 0 }, 'threads must be'],
  ['no memory', { memory: 'much' }, 'memory must be bytes'],
  ['no function', { onProgress: 1 }, 'onProgress must be a function'],
  ['another option', { treees: 5 }, 'has no option "treees"; did you mean "trees"'],
])('refused before anything is written: %s', async (_, options, message) => {
  const build = buildAnnoy(fiveRows, { path: at('ref.ann'), ...options });
  await expect(build).rejects.toMatchObject({ code: 'argument', message: expect.stringContaining(message) });
  expect(readdirSync(place)).toEqual([]);
});

test('refused: nothing to build from, a file that is read, one name for both', async () => {
  const none = { data: new Float32Array(0), rows: 0, cols: 2 };
  await expect(buildAnnoy(none, { path: at('x.ann') })).rejects.toMatchObject({
    code: 'argument',
    message: expect.stringContaining('no rows'),
  });
  const empty = tbl([{ x: 1 }]).filter(({ x }) => x.gt(5));
  await expect(buildAnnoy(empty, { path: at('x.ann') })).rejects.toMatchObject({ code: 'argument' });
  createMatrix(at('ref'), { rows: 5, cols: 2, data: fiveRows });
  const kept = md5(at('ref.bin'));
  for (const options of [{ path: at('ref.bin') }, { path: at('x.ann'), metadataPath: at('ref.bin') }]) {
    await expect(buildAnnoy(at('ref.desc'), options)).rejects.toMatchObject({
      code: 'argument',
      message: expect.stringContaining('which the reference is read from'),
    });
  }
  expect(md5(at('ref.bin'))).toBe(kept);
  await expect(buildAnnoy(fiveRows, { path: at('x'), metadataPath: at('x') })).rejects.toMatchObject({
    code: 'argument',
  });
  await expect(buildAnnoy(fiveRows, { path: at('no/such/folder/x.ann') })).rejects.toMatchObject({
    code: 'io',
  });
  mkdirSync(at('folder'));
  await expect(buildAnnoy(fiveRows, { path: at('folder') })).rejects.toMatchObject({ code: 'io' });
  expect(readdirSync(place).sort()).toEqual(['folder', 'ref.bin', 'ref.desc']);
});

test('rows that floats cannot hold are named, and the old index stays', async () => {
  await buildAnnoy(fiveRows, { path: at('x.ann') });
  const old = md5(at('x.ann'));
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e39]) {
    const rows = [...fiveRows, [1, bad]];
    await expect(buildAnnoy(rows, { path: at('x.ann') })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/row 5 of the reference/),
    });
  }
  expect(md5(at('x.ann'))).toBe(old);
  expect(readdirSync(place).sort()).toEqual(['x.ann', 'x.ann.meta']);
});

test('a new index takes the place of the old one; drafts of the dead are swept; writers take turns', async () => {
  const first = await buildAnnoy(fiveRows, { path: at('x.ann'), seed: 1 });
  const draft = '.x.ann.999999-1-00000000000000000000000000000000.tmp';
  writeFileSync(at(draft), 'left');
  const second = await buildAnnoy([...fiveRows, [1, 1]], { path: at('x.ann'), seed: 2 });
  expect(second.id).not.toBe(first.id);
  expect(openAnnoy(at('x.ann'))).toMatchObject({ id: second.id, items: 6, buildSeed: 2 });
  expect(existsSync(at(draft))).toBe(false);
  const lock = WriteLock.acquire(at('x.ann'));
  try {
    await expect(buildAnnoy(fiveRows, { path: at('x.ann') })).rejects.toMatchObject({ code: 'locked' });
  } finally {
    lock.release();
  }
  expect(openAnnoy(at('x.ann')).id).toBe(second.id);
});

test('the event loop stays free while an index is built, opened, validated and searched', async () => {
  const rows = 60_000;
  const delayDuring = async (work: () => Promise<unknown>): Promise<number> => {
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    await work();
    await sleep(20);
    delays.disable();
    return delays.percentile(95) / 1e6;
  };
  const idle = await delayDuring(() => sleep(300));
  const data = clusteredRows(rows, 32);
  const busy = await delayDuring(async () => {
    const index = await buildAnnoy(
      { data, rows, cols: 32 },
      { path: at('x.ann'), trees: 5, loadMode: 'eager' },
    );
    await index.validate();
    await index.search({ k: 2, rerank: true });
    await index.search({ k: 2, targetRecall: 0.5 });
  });
  // Other processes delay the loop too.
  expect(busy).toBeLessThan(50 + 5 * idle);
});
