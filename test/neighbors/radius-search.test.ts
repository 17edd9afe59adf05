/** radiusSearch and countWithinRadius over rows in memory. */
import { expect, test } from 'vitest';
import { countWithinRadius, radiusSearch } from 'spillway';

const rows = [
  [1, 0],
  [0, 1],
  [1, 1],
  [2, 1],
];

test('rows within a radius: inclusive, one query after another', async () => {
  const found = await radiusSearch(rows, { radius: 1.1, base: 1 });
  expect([...found.offset]).toEqual([1, 2, 3, 6, 7]);
  expect([...found.index]).toEqual([3, 3, 1, 2, 4, 3]);
  expect([...found.distance]).toEqual([1, 1, 1, 1, 1, 1]);
  expect([...(await radiusSearch(rows, { radius: 1 })).offset]).toEqual([0, 1, 2, 5, 6]);
  expect([...(await countWithinRadius(rows, { radius: 1.1 }))]).toEqual([1, 1, 3, 1]);
});

test('queries of their own; none within the radius is an empty list', async () => {
  const query = [
    [10, 10],
    [1, 0.5],
  ];
  const { offset, index, distance } = await radiusSearch(rows, { query, radius: 0.5 });
  expect([...offset]).toEqual([0, 0, 2]);
  expect([...index]).toEqual([0, 2]);
  expect([...distance]).toEqual([0.5, 0.5]);
  expect(await countWithinRadius(rows, { query, radius: 0.5 })).toEqual(Uint32Array.of(0, 2));
});

test('a radius of 0 finds equal rows; of infinity, all', async () => {
  const twice = [[1], [1], [2]];
  expect([...(await countWithinRadius(twice, { radius: 0 }))]).toEqual([1, 1, 0]);
  expect([
    ...(await countWithinRadius(twice, { radius: Number.POSITIVE_INFINITY, excludeSelf: false })),
  ]).toEqual([3, 3, 3]);
});

test.each([
  [-1, 'at least 0, not -1'],
  [Number.NaN, 'at least 0, not NaN'],
])('radius %d is refused', async (radius, message) => {
  await expect(radiusSearch(rows, { radius })).rejects.toThrow(message);
  await expect(countWithinRadius(rows, { radius })).rejects.toMatchObject({ code: 'argument' });
});

test('the inner product has negative distances, and so radii', async () => {
  const found = await radiusSearch(rows, { query: [[1, 1]], radius: -2, metric: 'innerProduct' });
  expect([...found.index]).toEqual([3, 2]);
  expect([...found.distance]).toEqual([-3, -2]);
});
