/** rerank: exact order among candidates. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { knn, noNeighbor, rerank } from 'spillway';

import { metrics, problem } from './search-problems.js';

test('all rows as candidates, in any order and twice, give the result of knn', async () => {
  for (const metric of metrics) {
    await fc.assert(
      fc.asyncProperty(problem(metric), async ({ rows, query, k }) => {
        const all = [...rows.keys()].reverse().flatMap((row) => [row, row, noNeighbor]);
        const index = Uint32Array.from(query.flatMap(() => all));
        const candidates = { index, rows: query.length, k: all.length };
        const found = await rerank(candidates, { reference: rows, query, k, metric });
        const expected = await knn(rows, { query, k, metric });
        expect(found.index).toEqual(expected.index);
        expect(found.distance).toEqual(expected.distance);
      }),
      { numRuns: 8 },
    );
  }
});

const reference = [[0], [1], [5], [6]];

test('a row is no candidate of itself, and what is missing stays missing', async () => {
  const index = Uint32Array.of(1, 2, 2, 3, 4, 1, 3, noNeighbor);
  const found = await rerank({ index, rows: 4, k: 2 }, { reference, base: 1 });
  expect([...found.index]).toEqual([2, noNeighbor, 3, noNeighbor, 4, 1, 3, noNeighbor]);
  expect([...found.distance.subarray(4, 7)]).toEqual([1, 5, 1]);
});

test('what are no candidates is refused', async () => {
  const one = { index: Uint32Array.of(0), rows: 1, k: 1 };
  await expect(rerank(one, { reference })).rejects.toThrow(/candidates for 1 queries, but 4 queries/);
  await expect(rerank({ ...one, rows: 2 }, { reference })).rejects.toThrow(/rows × k/);
  await expect(rerank(one, { reference, query: [[1]], k: 2 })).rejects.toThrow(
    /k must be a whole number from 1 to 1/,
  );
  const far = { index: Uint32Array.of(4), rows: 1, k: 1 };
  await expect(rerank(far, { reference, query: [[1]] })).rejects.toMatchObject({ code: 'data' });
  await expect(rerank(one, { reference, query: [[1]], base: 1 })).rejects.toThrow(/rows count from 1/);
});
