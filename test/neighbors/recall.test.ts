/** recall: per query, mean, minimum, and at each k. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { knn, noNeighbor, recall } from 'spillway';

const lists = (rows: number[][], distance?: number[][]) => ({
  index: Uint32Array.from(rows.flat()),
  rows: rows.length,
  k: rows[0]!.length,
  ...(distance === undefined ? {} : { distance: Float64Array.from(distance.flat()) }),
});

test('shares of the true neighbours', async () => {
  const exact = lists([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  const found = lists([
    [1, 2, 3],
    [6, 5, 4],
    [0, 8, 0],
  ]);
  const { perQuery, mean, min, atK } = await recall(found, exact);
  expect([...perQuery]).toEqual([1, 1, 1 / 3]);
  expect(mean).toBeCloseTo(7 / 9, 15);
  expect(min).toBe(1 / 3);
  // At 1 only the first query is right; at 2 the middle one has 5, the last 8.
  expect([...atK].map((share) => Math.round(share * 18))).toEqual([6, 12, 14]);
});

test('fewer found, more found, none to find', async () => {
  const exact = lists([
    [1, 2],
    [3, noNeighbor],
    [noNeighbor, noNeighbor],
  ]);
  const fewer = await recall(lists([[1], [3], [5]]), exact);
  expect([...fewer.perQuery]).toEqual([0.5, 1, Number.NaN]);
  expect(fewer.mean).toBe(0.75);
  expect(fewer.min).toBe(0.5);
  const more = await recall(
    lists([
      [9, 1, 2],
      [3, 4, 5],
      [0, 1, 2],
    ]),
    exact,
  );
  expect([...more.perQuery]).toEqual([0.5, 1, Number.NaN]);
  expect((await recall(lists([[1]]), lists([[noNeighbor]]))).mean).toBeNaN();
});

test('a row given twice counts once', async () => {
  expect([...(await recall(lists([[1, 1]]), lists([[1, 2]]))).perQuery]).toEqual([0.5]);
});

test('by distance it does not matter which of equally near rows was found', async () => {
  const exact = lists([[0, 1]], [[1, 1]]);
  const found = lists([[2, 3]], [[1, 2]]);
  expect((await recall(found, exact)).mean).toBe(0);
  expect((await recall(found, exact, { ties: 'distance' })).mean).toBe(0.5);
  await expect(recall(lists([[2, 3]]), exact, { ties: 'distance' })).rejects.toThrow(
    /needs the distances of approximate/,
  );
});

test('what cannot be compared is refused', async () => {
  await expect(recall(lists([[1]]), lists([[1], [2]]))).rejects.toThrow(/approximate has 1, exact has 2/);
  await expect(recall({ index: Uint32Array.of(1, 2, 3), rows: 2, k: 2 }, lists([[1]]))).rejects.toThrow(
    /rows × k/,
  );
});

test('an exact result has recall 1 at every k; shares are those of sets', async () => {
  const rows = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 2 }), {
    minLength: 5,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 4 }), async (points, k) => {
      const exact = await knn(points, { k });
      const self = await recall(exact, exact);
      expect([...self.atK]).toEqual(Array.from({ length: k }, () => 1));
      const shuffled = { ...exact, index: exact.index.toReversed() };
      const { perQuery } = await recall(shuffled, exact);
      for (let i = 0; i < points.length; i++) {
        const wanted = exact.index.subarray(i * k, (i + 1) * k);
        const found = new Set(shuffled.index.subarray(i * k, (i + 1) * k));
        expect(perQuery[i]).toBe([...wanted].filter((row) => found.has(row)).length / k);
      }
    }),
    { numRuns: 60 },
  );
});
