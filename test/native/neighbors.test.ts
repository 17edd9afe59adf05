/** Searches of the engine through the addon. */
import { expect, test } from 'vitest';
import {
  countWithin,
  findNearest,
  findWithin,
  makeReference,
  pointsOfRows,
} from '../../src/native/neighbors.js';

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
