/** Graphs of shared neighbours against their definition. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { snnGraph } from '../../../src/neighbors/graphs/snn-graph.js';
import { listed, naiveShared, pairOf, pairsOf } from './graph-oracle.js';

const someCloud = fc.integer({ min: 2, max: 30 }).chain((rows) =>
  fc.record({
    points: fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 2 }), {
      minLength: rows,
      maxLength: rows,
    }),
    k: fc.integer({ min: 1, max: Math.min(6, rows - 1) }),
  }),
);

const weights = ['count', 'jaccard', 'rank'] as const;

test('every weight is what its definition says, with and without the row itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      someCloud,
      fc.constantFrom(...weights),
      fc.boolean(),
      async ({ points, k }, weight, countSelf) => {
        const graph = await snnGraph(points, { k, weight, countSelf });
        expect(pairsOf(graph)).toEqual(naiveShared(points, k, weight, countSelf));
      },
    ),
    { numRuns: 100 },
  );
});

test('shared neighbours are symmetric, and every format and base holds the same edges', async () => {
  await fc.assert(
    fc.asyncProperty(someCloud, fc.constantFrom(...weights), async ({ points, k }, weight) => {
      const graph = await snnGraph(points, { k, weight });
      const pairs = pairsOf(graph);
      for (const [from, to, value] of listed(graph)) expect(pairs.get(pairOf(to, from))).toBe(value);
      for (const format of ['coo', 'csr', 'csc'] as const) {
        expect(pairsOf(await snnGraph(points, { k, weight, format, base: 1 }))).toEqual(pairs);
      }
      const half = new Map(
        [...pairs].filter(([pair]) => Number(pair.split(',')[0]) < Number(pair.split(',')[1])),
      );
      for (const format of ['edges', 'csc'] as const) {
        expect(pairsOf(await snnGraph(points, { k, weight, pairs: 'once', format }))).toEqual(half);
      }
    }),
    { numRuns: 40 },
  );
});

test('prune keeps edges of at least that weight', async () => {
  const points = Array.from({ length: 200 }, (_, i) => [(i * 37) % 101, (i * 53) % 97]);
  const whole = await snnGraph(points, { k: 6, weight: 'jaccard' });
  const pruned = await snnGraph(points, { k: 6, weight: 'jaccard', prune: 1 / 3 });
  expect(listed(pruned)).toEqual(listed(whole).filter(([, , value]) => value! >= 1 / 3));
  expect(pruned.edges).toBeLessThan(whole.edges);
  expect(pruned.edges).toBeGreaterThan(0);
});

test('rows that are skipped are nodes without edges', async () => {
  const points = [[0], [1], [Number.NaN], [2], [9]];
  const graph = await snnGraph(points, { k: 2, missing: 'skip' });
  expect(graph.nodes).toBe(5);
  expect(listed(graph).some(([from, to]) => from === 2 || to === 2)).toBe(false);
});

test('nonsense is refused by name', async () => {
  const points = [[0], [1], [2]];
  await expect(snnGraph(points, { k: 3 })).rejects.toThrow(/k is 3, but the reference .* has 3 rows/);
  await expect(snnGraph(points, { k: 1, prune: -1 })).rejects.toThrow(/prune must be a number of at least 0/);
  // @ts-expect-error: no such weight
  await expect(snnGraph(points, { k: 1, weight: 'cosine' })).rejects.toThrow(/weight must be one of "count"/);
  // @ts-expect-error: the weight is the value
  await expect(snnGraph(points, { k: 1, value: 'one' })).rejects.toThrow(/has no option "value"/);
});
