/** Searches of the engine through the addon. */
import { expect, test } from 'vitest';
import {
  countWithin,
  findNearest,
  findWithin,
  makeReference,
  noNeighbor,
  pointsOfRows,
  rerankCandidates,
} from '../../src/native/neighbors.js';
import { pointsOfSparseRows } from '../../src/native/sparse-points.js';

const rows = Float64Array.of(1, 1, 2, 1, 1, 2, 2, 2, 3, 2, 4, 3);

test('nearest rows of a self-search leave the row out and go by distance, then row', async () => {
  const reference = await makeReference(await pointsOfRows(rows, 6, 2), { metric: 'euclidean' });
  const asked = { queries: null, first: 0, end: 6, excludeSelf: true };
  const found = await findNearest(reference, asked, 2);
  expect([...found.index].map((i) => i + 1)).toEqual([2, 3, 1, 4, 1, 4, 2, 3, 4, 2, 5, 4]);
  expect(found.distance[11]).toBe(Math.sqrt(5));
});

test('a radius is inclusive, and counts are the lengths of the lists', async () => {
  const reference = await makeReference(await pointsOfRows(rows, 6, 2), { metric: 'euclidean' });
  const asked = { queries: null, first: 0, end: 6, excludeSelf: true };
  const found = await findWithin(reference, asked, 1);
  expect([...found.counts]).toEqual([2, 2, 2, 3, 1, 0]);
  expect([...found.index]).toEqual([1, 2, 0, 3, 0, 3, 1, 2, 4, 3]);
  expect(await countWithin(reference, asked, 1)).toEqual(found.counts);
});

test('a cancelled search rejects', async () => {
  const reference = await makeReference(await pointsOfRows(rows, 6, 2), { metric: 'euclidean' });
  const asked = { queries: null, first: 0, end: 6 };
  await expect(findNearest(reference, asked, 2, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
});

test('the same points from rows, columns, whole numbers and sparse rows', async () => {
  const columns = Float64Array.of(1, 2, 1, 2, 3, 4, 1, 1, 2, 2, 2, 3);
  const reference = await makeReference(await pointsOfRows(rows, 6, 2), { metric: 'manhattan' });
  const expected = await findNearest(reference, { queries: null, first: 0, end: 6 }, 3);
  for (const queries of [
    await pointsOfRows(columns, 6, 2, 'F'),
    await pointsOfRows(Int32Array.from(rows), 6, 2),
    await pointsOfRows(Uint8Array.from(columns), 6, 2, 'F'),
    pointsOfSparseRows([0, 2, 4, 6, 8, 10, 12], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], rows, 2),
  ]) {
    const found = await findNearest(reference, { queries, first: 0, end: 6 }, 3);
    expect(found.index).toEqual(expected.index);
    expect(found.distance).toEqual(expected.distance);
  }
});

test('sparse rows that name a column twice are refused', () => {
  expect(() => pointsOfSparseRows([0, 2], [1, 1], [3, 4], 2)).toThrow(/sparse row 0 names column 1/);
});

test('candidates are ranked by exact distance', async () => {
  const reference = await makeReference(await pointsOfRows(rows, 6, 2), { metric: 'euclidean' });
  const asked = { queries: null, first: 0, end: 2, excludeSelf: true };
  const found = await rerankCandidates(reference, asked, Uint32Array.of(5, 3, 0, 4, 4, noNeighbor), 2);
  expect([...found.index]).toEqual([3, 5, 4, noNeighbor]);
  expect(found.distance[0]).toBe(Math.SQRT2);
  expect(found.distance[3]).toBeNaN();
  await expect(rerankCandidates(reference, asked, Uint32Array.of(5, 3, 0, 4, 6, 1), 2)).rejects.toMatchObject(
    { code: 'data', detail: { query: 1, rank: 1 } },
  );
});

test('a search says what it did, block by block within its memory', async () => {
  const many = Float64Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 1009);
  const points = await pointsOfRows(many, 10_000, 4);
  const asked = { queries: null, first: 0, end: 300, excludeSelf: true };
  const whole = await makeReference(points, { metric: 'euclidean', method: 'tile' });
  const tight = await makeReference(points, { metric: 'euclidean', method: 'tile', memory: 200_000 });
  expect([whole.resident, tight.resident]).toEqual([true, false]);
  const expected = await findNearest(whole, asked, 5);
  const found = await findNearest(tight, asked, 5);
  expect(found.index).toEqual(expected.index);
  expect(found.distance).toEqual(expected.distance);
  expect(expected.statistics).toMatchObject({ passes: 1, blocksRead: 0, symmetric: false });
  expect(found.statistics.blocksRead).toBe(found.statistics.passes * tight.blocks);
});

test('a search is cancelled within a tenth of a second', async () => {
  const many = Float64Array.from({ length: 400_000 }, (_, i) => Math.sin(i) * 80);
  const reference = await makeReference(await pointsOfRows(many, 200_000, 2), { metric: 'haversine' });
  const asked = { queries: null, first: 0, end: 200_000 };
  const aborting = new AbortController();
  let told = 0;
  const search = findNearest(reference, asked, 3, { signal: aborting.signal });
  setTimeout(() => {
    told = performance.now();
    aborting.abort();
  }, 100);
  await expect(search).rejects.toMatchObject({ code: 'cancelled' });
  // Others may use this machine's processors meanwhile: ten times the promise.
  expect(performance.now() - told).toBeLessThan(1000);
});

test('results that do not fit are refused before and after they are found', async () => {
  const reference = await makeReference(await pointsOfRows(new Float64Array(8000), 4000, 2), {
    metric: 'euclidean',
  });
  const asked = { queries: null, first: 0, end: 4000, resultMemory: 100_000 };
  await expect(findNearest(reference, asked, 50)).rejects.toMatchObject({ code: 'memory' });
  await expect(findWithin(reference, asked, 1)).rejects.toThrow(/`into`/);
  expect((await countWithin(reference, asked, 1))[17]).toBe(4000);
});
