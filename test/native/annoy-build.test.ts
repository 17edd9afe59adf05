/** Index files as the engine builds them: Annoy's own bytes where they are asked for, the same bytes under every setting. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AnnoyMetric } from '../../src/data/annoy-metric.js';
import type { AnnoyBuildWishes } from '../../src/native/annoy.js';
import { checkAnnoyStructure, findAnnoy, openAnnoyFile, writeAnnoy } from '../../src/native/annoy.js';
import { pointsOfRows } from '../../src/native/neighbors.js';

const folder = mkdtempSync(path.join(tmpdir(), 'annoy-build-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
const fresh = (): string => path.join(folder, `${String(files++)}.ann`);

async function build(
  values: Float64Array | Float32Array,
  columns: number,
  wishes: Partial<AnnoyBuildWishes> = {},
) {
  const file = fresh();
  const points = await pointsOfRows(values, values.length / columns, columns);
  const built = await writeAnnoy(points, {
    path: file,
    metric: 'euclidean',
    trees: 10,
    seed: 7n,
    perTree: true,
    fused: true,
    ...wishes,
  });
  const bytes = readFileSync(file);
  expect(bytes.length).toBe(built.bytes);
  return { file, built, bytes, md5: createHash('md5').update(bytes).digest('hex') };
}

/** 200 items of five coordinates, from a congruential generator. */
function goldenRows(): Float64Array {
  let u = 42;
  return Float64Array.from({ length: 1000 }, () => {
    u = (Math.imul(u, 1664525) + 1013904223) >>> 0;
    return (u >>> 8) / 2 ** 24 - 0.5;
  });
}

function randomRows(rows: number, columns: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: rows * columns }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

describe("Annoy's own sequence gives Annoy's own bytes", () => {
  test('the file that the guide to file-backed workflows prints', async () => {
    const rows = Float64Array.of(0, 0, 5, 0, 0, 5, 5, 5, 9, 9);
    const { md5, built } = await build(rows, 2, { trees: 25, seed: 99n, perTree: false });
    expect(md5).toBe('c2eab887babb44656824ba64e545d6c9');
    expect(built).toMatchObject({ items: 5, trees: 25, bytes: 2496, onDisk: false });
  });

  const sums: readonly (readonly [AnnoyMetric, boolean, string])[] = [
    ['euclidean', false, '99cbc97768b272969547452220721a8a'],
    ['manhattan', false, 'b230fc550a83481d64abfe2ed36241df'],
    ['angular', false, 'e8bc3dc31888b015a3a9f3f4ead12dae'],
    ['euclidean', true, 'ddaf74a030cf051faaed3860a9ae15ea'],
    ['manhattan', true, '7f0d1df2b6e0efd368e1b2a5c7c1f01e'],
    ['angular', true, '9aa2737805d0fb5795d82881b847d8a1'],
  ];
  test.each(sums)('%s, fused %s', async (metric, fused, sum) => {
    const { md5 } = await build(goldenRows(), 5, { metric, fused, perTree: false });
    expect(md5).toBe(sum);
  });

  test('dot, whose nodes Annoy leaves partly unwritten, has its size', async () => {
    const { bytes } = await build(goldenRows(), 5, { metric: 'dot', perTree: false });
    expect(bytes.length).toBe(33_968);
  });
});

const metrics: readonly AnnoyMetric[] = ['euclidean', 'angular', 'manhattan', 'dot', 'hamming'];

describe.each(metrics)('a generator per tree, %s', (metric) => {
  const columns = 20;
  const values = randomRows(3000, columns).map((v) => (metric === 'hamming' ? Number(v > 0) : v));

  test('the same bytes for any number of threads, any memory, and on disk', async () => {
    const usual = await build(values, columns, { metric, threads: 1 });
    const others: readonly Partial<AnnoyBuildWishes>[] = [
      { threads: 2 },
      { threads: 7 },
      { onDisk: true, threads: 1 },
      { onDisk: true, threads: 3 },
      { memory: 60_000, threads: 2 },
    ];
    for (const other of others)
      expect((await build(values, columns, { metric, ...other })).md5).toBe(usual.md5);
    expect((await build(values, columns, { metric, seed: 8n })).md5).not.toBe(usual.md5);
    const doubles = await build(Float64Array.from(values), columns, { metric });
    expect(doubles.md5).toBe(usual.md5);
  });

  test('every tree holds every item once, and items find themselves', async () => {
    const { file, built } = await build(values, columns, { metric });
    const { items, bytes, trees, blockSums } = built;
    const opened = openAnnoyFile({ path: file, metric, dimension: columns, items, bytes, trees, blockSums });
    expect(await checkAnnoyStructure(opened)).toMatchObject({ problems: [], count: 0, holes: 0 });
    expect(opened.roots).toBe(10);
    const asked = { queries: null, first: 0, end: items };
    const found = await findAnnoy(opened, asked, { k: 1, searchK: 200 });
    // Products are largest with the longest items, and rows of bits may be equal.
    const itself = found.index.filter((id, row) => id === row || found.distance[row] === 0).length;
    if (metric !== 'dot') expect(itself).toBe(items);
  });

  test('all rows the same, and none of any length', async () => {
    for (const value of [0, 1]) {
      const { file } = await build(new Float32Array(500 * columns).fill(value), columns, {
        metric,
        trees: 3,
      });
      const opened = openAnnoyFile({ path: file, metric, dimension: columns });
      expect((await checkAnnoyStructure(opened)).problems).toEqual([]);
    }
  });

  test('fewer rows than a bucket holds, and a single one', async () => {
    for (const rows of [1, 2, 5]) {
      const { file, built } = await build(values.subarray(0, rows * columns), columns, { metric, trees: 4 });
      // The items, a bucket for each tree, and a copy of each.
      expect(built.nodes).toBe(rows + 8);
      expect(openAnnoyFile({ path: file, metric, dimension: columns }).items).toBe(rows);
    }
  });

  test('−1: trees until nodes take as much space again as the items', async () => {
    const { built } = await build(values, columns, { metric, trees: -1, threads: 2 });
    expect(built.nodes - built.trees).toBeGreaterThanOrEqual(6000);
    expect((await build(values, columns, { metric, trees: built.trees })).built.nodes).toBe(built.nodes);
    const fewer = await build(values, columns, { metric, trees: built.trees - 1 });
    expect(fewer.built.nodes - fewer.built.trees).toBeLessThan(6000);
  });
});

describe('what cannot be built', () => {
  const rows = randomRows(400, 4);
  const wishes = { metric: 'euclidean', trees: 5, seed: 1n, perTree: true, fused: true } as const;

  test.each([
    [Number.NaN, /row 30 of the reference has a value that is missing or not finite/],
    [1e300, /row 30 of the reference has a value beyond 3\.4e38/],
  ])('a value of %s is named by its row', async (value, message) => {
    const spoilt = Float64Array.from(rows);
    spoilt[4 * 30 + 2] = value;
    const points = await pointsOfRows(spoilt, 400, 4);
    for (const onDisk of [false, true]) {
      const file = fresh();
      const building = writeAnnoy(points, { ...wishes, path: file, onDisk });
      await expect(building).rejects.toMatchObject({
        code: 'data',
        message: expect.stringMatching(message) as unknown,
      });
      expect(existsSync(file)).toBe(false);
    }
  });

  test('no rows; too little memory for the order of rows; a file that is there', async () => {
    const none = await pointsOfRows(new Float32Array(0), 0, 4);
    await expect(writeAnnoy(none, { ...wishes, path: fresh() })).rejects.toMatchObject({ code: 'argument' });
    const points = await pointsOfRows(rows, 400, 4);
    const small = writeAnnoy(points, { ...wishes, path: fresh(), memory: 1000 });
    await expect(small).rejects.toMatchObject({ code: 'memory' });
    const file = fresh();
    writeFileSync(file, 'mine');
    await expect(writeAnnoy(points, { ...wishes, path: file })).rejects.toMatchObject({ code: 'io' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('a cancelled build leaves nothing behind', async () => {
    const points = await pointsOfRows(randomRows(20_000, 16), 20_000, 16);
    const file = fresh();
    const controller = new AbortController();
    const fractions: number[] = [];
    const onFraction = (fraction: number): void => {
      fractions.push(fraction);
      controller.abort();
    };
    const building = writeAnnoy(
      points,
      { ...wishes, trees: 100_000, path: file },
      { signal: controller.signal, onFraction },
    );
    await expect(building).rejects.toMatchObject({ code: 'cancelled' });
    expect(fractions[0]).toBeGreaterThanOrEqual(0);
    expect(fractions[0]).toBeLessThan(0.5);
    expect(existsSync(file)).toBe(false);
  });
});
