/** Graphs of all pairs within a radius against loops, under every metric. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { radiusGraph } from '../../../src/neighbors/graphs/radius-graph.js';
import { radiusSearch } from '../../../src/neighbors/radius-search.js';
import { euclidean, listed, pairOf, pairsOf } from './graph-oracle.js';

const someCloud = fc.integer({ min: 1, max: 40 }).chain((rows) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 2 }), {
    minLength: rows,
    maxLength: rows,
  }),
);

test('the edges are all pairs within the radius, the boundary too', async () => {
  await fc.assert(
    fc.asyncProperty(someCloud, fc.constantFrom(0, 1, 2, Math.sqrt(5)), async (points, radius) => {
      const expected = new Map<string, number>();
      for (const [i, a] of points.entries()) {
        for (const [j, b] of points.entries()) {
          const distance = euclidean(a, b);
          if (i !== j && distance <= radius) expected.set(pairOf(i, j), distance);
        }
      }
      for (const format of ['edges', 'coo', 'csr', 'csc'] as const) {
        expect(pairsOf(await radiusGraph(points, { radius, format }))).toEqual(expected);
      }
      const graph = await radiusGraph(points, { radius });
      const half = listed(graph).filter(([from, to]) => from < to);
      for (const format of ['edges', 'csc'] as const) {
        const once = await radiusGraph(points, { radius, pairs: 'once', format });
        expect([...listed(once)].sort((a, b) => a[0] - b[0] || a[1] - b[1])).toEqual(half);
      }
    }),
    { numRuns: 60 },
  );
});

test('distances are the same from either end, under every metric', async () => {
  const points = Array.from({ length: 120 }, (_, i) => [
    ((i * 37) % 83) / 1.7 + 1,
    ((i * 53) % 89) / 1.3 + 0.1,
  ]);
  const metrics = [
    'euclidean',
    'sqeuclidean',
    'cosine',
    'manhattan',
    'chebyshev',
    'haversine',
    { minkowski: 3 },
  ] as const;
  for (const metric of metrics) {
    const all = await radiusSearch(points, { radius: 1e12, metric });
    const radius = [...all.distance].sort((a, b) => a - b)[2000]!;
    const graph = await radiusGraph(points, { radius, metric });
    const pairs = pairsOf(graph);
    expect(graph.edges).toBeGreaterThanOrEqual(2001);
    for (const [from, to, value] of listed(graph)) expect(pairs.get(pairOf(to, from))).toBe(value);
  }
});

test('a graph of many edges is the same with little memory', async () => {
  const points = Array.from({ length: 5000 }, (_, i) => [(i * 7919) % 1009, (i * 104729) % 997]);
  const graph = await radiusGraph(points, { radius: 25 });
  const again = await radiusGraph(points, { radius: 25, memory: '24MB', threads: 2 });
  expect(graph.edges).toBeGreaterThan(20_000);
  expect(again.from).toEqual(graph.from);
  expect(again.to).toEqual(graph.to);
  expect(again.value).toEqual(graph.value);
});

test('the values may be left out', async () => {
  const points = [[0], [1], [2], [9]];
  const bare = await radiusGraph(points, { radius: 1, value: 'none', format: 'csr' });
  const none: null = bare.values;
  expect(none).toBeNull();
  const ones = await radiusGraph(points, { radius: 1, value: 'one' });
  expect([...ones.value]).toEqual([1, 1, 1, 1]);
});
