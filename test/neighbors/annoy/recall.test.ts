/** Annoy indexes beside exact search: tuning to a recall, and exact order. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAnnoy, createMatrix, knn, recall } from 'spillway';
import type { AnnoyIndex } from 'spillway';
import { scratchFolder } from '../../faults/scratch-folder.js';
import { clusteredRows } from './annoy-rows.js';

const folder = scratchFolder();
const cols = 16;
const rows = 5000;
const data = Float64Array.from(clusteredRows(rows, cols), (value, i) => value + (i % 7) * 1e-9);
const dense = { data, rows, cols };
const query = { data: clusteredRows(600, cols, 10, 9), rows: 600, cols };
const exactOf = {
  euclidean: 'euclidean',
  angular: 'cosine',
  manhattan: 'manhattan',
  dot: 'innerProduct',
  hamming: 'hamming',
} as const;
const metrics = Object.keys(exactOf) as (keyof typeof exactOf)[];
const indexes = new Map<string, AnnoyIndex>();
const indexOf = (metric: string): AnnoyIndex => indexes.get(metric)!;

beforeAll(async () => {
  for (const metric of metrics) {
    indexes.set(metric, await buildAnnoy(dense, { path: join(folder, `${metric}.ann`), metric, trees: 10 }));
  }
});

describe('targetRecall', () => {
  test.each(metrics)('%s: as much is found as was asked for', async (metric) => {
    const index = indexOf(metric);
    const found = await index.search(query, { k: 10, targetRecall: 0.9 });
    const { tuned } = found;
    expect(tuned).toMatchObject({ target: 0.9, reached: true, searchK: found.searchK });
    expect(tuned!.recall).toBeGreaterThanOrEqual(0.9);
    expect(tuned!.sample).toBeGreaterThan(200);
    const binary = (given: ArrayLike<number>): Float64Array =>
      Float64Array.from(given, (v) => Number(v > 0.5));
    const bits = metric === 'hamming';
    const exact = await knn(bits ? { ...dense, data: binary(data) } : dense, {
      query: bits ? { ...query, data: binary(query.data) } : query,
      k: 10,
      metric: exactOf[metric],
    });
    const { mean } = bits ? await recall(found, exact, { ties: 'distance' }) : await recall(found, exact);
    expect(mean).toBeGreaterThan(0.87);
    // It is not by looking at everything.
    expect(found.searchK).toBeLessThan(rows * 10);
    const again = await index.search(query, { k: 10, targetRecall: 0.9 });
    expect(again.tuned).toEqual(tuned);
    expect(again.index).toEqual(found.index);
  });

  test('more recall takes more candidates; little takes few', async () => {
    const index = indexOf('euclidean');
    const chosen: number[] = [];
    for (const targetRecall of [0.1, 0.8, 0.99]) {
      chosen.push((await index.search({ k: 10, targetRecall })).searchK);
    }
    expect(chosen[0]).toBe(10);
    expect(chosen[1]).toBeGreaterThan(chosen[0]!);
    expect(chosen[2]).toBeGreaterThan(chosen[1]!);
  });

  test('into matrices, of one vector, of none, and in exact order', async () => {
    const index = indexOf('euclidean');
    const to = createMatrix(join(folder, 'to'), { rows: 600, cols: 3, type: 'int32' });
    const written = await index.search(query, { k: 3, targetRecall: 0.8, into: { index: to } });
    expect(written.tuned).toMatchObject({ reached: true });
    const one = await index.search(query.data.subarray(0, cols), { k: 3, targetRecall: 0.8 });
    expect(one.tuned).toMatchObject({ sample: 1, reached: true });
    const none = await index.search(
      { data: new Float32Array(0), rows: 0, cols },
      { k: 3, targetRecall: 0.8 },
    );
    expect(none).toMatchObject({ rows: 0, tuned: { sample: 0, reached: false } });
    const ranked = await index.search(query, { k: 3, targetRecall: 0.8, rerank: dense });
    expect(ranked.tuned).toMatchObject({ reached: true });
  });

  test('what cannot be reached is said not to be', async () => {
    // Rows that cannot be told apart as floats: which of them is found is chance, unless the distances are the same.
    const twins = Float64Array.from({ length: 400 }, (_, i) => 1 + i * 1e-12);
    const index = await buildAnnoy(
      { data: twins, rows: 400, cols: 1 },
      { path: join(folder, 'twins.ann'), trees: 3 },
    );
    const options = { k: 2, targetRecall: 1, rerank: { data: twins, rows: 400, cols: 1 } } as const;
    const { tuned } = await index.search({ data: twins, rows: 400, cols: 1 }, options);
    expect(tuned).toMatchObject({ reached: false, target: 1 });
    expect(tuned!.recall).toBeLessThan(1);
    expect(tuned!.searchK).toBeGreaterThanOrEqual(400);
  });
});

describe('rerank', () => {
  const everything = rows * 10;

  test.each(metrics.filter((metric) => metric !== 'hamming'))('%s: distances are exact', async (metric) => {
    const exact = await knn(dense, { query, k: 5, metric: exactOf[metric] });
    const wanted = exact.distance.map((value) =>
      metric === 'angular' ? Math.sqrt(2 * value) : metric === 'dot' ? 0 - value : value,
    );
    const found = await indexOf(metric).search(query, {
      k: 5,
      searchK: everything,
      rerank: dense,
      threads: 1,
    });
    expect(found).toMatchObject({ exact: false, metric });
    expect(found.index).toEqual(exact.index);
    expect(found.distance).toEqual(wanted);
    const own = await indexOf(metric).search(query, { k: 5, searchK: everything, rerank: true });
    const floats = { ...dense, data: Float32Array.from(data) };
    const ofFloats = await knn(floats, { query, k: 5, metric: exactOf[metric] });
    expect(own.index).toEqual(ofFloats.index);
  });

  test('the items among themselves, by the rows that they were, from 1, into matrices', async () => {
    const index = indexOf('euclidean');
    const exact = await knn(dense, { k: 2, base: 1 });
    const options = { k: 2, searchK: everything, rerank: dense, base: 1 } as const;
    const found = await index.search(options);
    expect(found.index).toEqual(exact.index);
    expect(found.distance).toEqual(exact.distance);
    const to = createMatrix(join(folder, 'ranked'), { rows, cols: 2 });
    const distance = createMatrix(join(folder, 'far'), { rows, cols: 2 });
    await index.search({ ...options, into: { index: to, distance }, memory: '1MB' });
    expect(Uint32Array.from((await to.read()).data)).toEqual(exact.index);
    expect((await distance.read()).data).toEqual(exact.distance);
  });

  test('for few candidates a large reference is not read as a whole', async () => {
    const wide = 64;
    const values = clusteredRows(70_000, wide, 50);
    const large = { data: values, rows: 70_000, cols: wide };
    const matrix = createMatrix(join(folder, 'large'), { ...large, type: 'float32' });
    const path = join(folder, 'large.ann');
    const index = await buildAnnoy(matrix, { path, trees: 1, metric: 'angular' });
    const asked = values.subarray(64 * 50, 64 * 51).map((value, i) => value + (i % 3) / 10);
    const exact = await knn(large, { query: { data: asked, rows: 1, cols: wide }, k: 3, metric: 'cosine' });
    for (const given of [true, matrix] as const) {
      const found = await index.search(asked, { k: 3, searchK: 70_000, rerank: given });
      expect(found.index).toEqual(exact.index);
      expect(found.distance).toEqual(exact.distance.map((value) => Math.sqrt(2 * value)));
    }
  });

  test('rows of zero length have no angle: they are found, but not put in exact order', async () => {
    const some = [
      [1, 0],
      [0, 1],
      [0, 0],
      [1, 1],
    ];
    const index = await buildAnnoy(some, { path: join(folder, 'zero.ann'), metric: 'angular', trees: 2 });
    const asked = [
      [1, 0.1],
      [0, 0],
    ];
    const plain = await index.search(asked, { k: 4 });
    expect(plain.distance[plain.index.indexOf(2)]).toBeCloseTo(Math.SQRT2, 6);
    expect(new Set(plain.index.subarray(4))).toEqual(new Set([0, 1, 2, 3]));
    await expect(index.search(asked, { k: 4, rerank: true })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/row 1 of the quer/),
    });
    const ranked = await index.search(asked, { k: 4, rerank: true, missing: 'skip' });
    const none = 0xffff_ffff;
    expect([...ranked.index]).toEqual([0, 3, 1, none, none, none, none, none]);
  });

  test('bits are exact as they are', async () => {
    const plain = await indexOf('hamming').search(query, { k: 5 });
    const ranked = await indexOf('hamming').search(query, { k: 5, rerank: true });
    expect(ranked).toEqual(plain);
    expect((await indexOf('hamming').search(query, { k: 5, rerank: false })).index).toEqual(plain.index);
  });
});
