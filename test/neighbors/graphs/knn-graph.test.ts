/** Graphs of nearest neighbours: the worked example, every rule and format against loops, and their laws. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertGraph } from '../../../src/neighbors/graphs/convert-graph.js';
import type { GraphFormat } from '../../../src/neighbors/graphs/graph.js';
import { knnGraph, mutualKnnGraph } from '../../../src/neighbors/graphs/knn-graph.js';
import { knn } from '../../../src/neighbors/knn.js';
import { listed, naiveLists, naiveRule, pairOf, pairsOf } from './graph-oracle.js';
import type { Rule } from './graph-oracle.js';

const six = [
  [0, 0],
  [0.3, 0],
  [1.2, 0],
  [4, 4],
  [4.3, 4.1],
  [5.2, 4],
];

const rules: readonly Rule[] = ['none', 'mutual', 'union', 'mean', 'max', 'min'];
const formats: readonly GraphFormat[] = ['edges', 'coo', 'csr', 'csc'];

/** Few values, so that there are many ties and equal points; sums of their squares are exact in any order. */
const someCloud = fc
  .tuple(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 3 }), fc.boolean())
  .chain(([rows, cols, coarse]) => {
    const cell = coarse
      ? fc.integer({ min: 0, max: 3 })
      : fc.integer({ min: -40, max: 40 }).map((i) => i / 8);
    return fc.record({
      points: fc.array(fc.array(cell, { minLength: cols, maxLength: cols }), {
        minLength: rows,
        maxLength: rows,
      }),
      k: fc.integer({ min: 1, max: Math.min(6, rows - 1) }),
    });
  });

function directedPairs(points: readonly (readonly number[])[], k: number): ReadonlyMap<string, number> {
  return new Map(
    naiveLists(points, k).flatMap((list, i) => list.map(({ row, distance }) => [pairOf(i, row), distance])),
  );
}

test('the directed graph of the worked example, counted from 1', async () => {
  const graph = await knnGraph(six, { k: 1, base: 1 });
  expect([...graph.from]).toEqual([1, 2, 3, 4, 5, 6]);
  expect([...graph.to]).toEqual([2, 1, 2, 5, 4, 5]);
  expect([...graph.value].map((value) => value.toPrecision(7))).toEqual(
    [0.3, 0.3, 0.9, 0.3162278, 0.3162278, 0.9055385].map((value) => value.toPrecision(7)),
  );
});

test('the mutual graph of the worked example keeps {1, 2} and {4, 5}', async () => {
  const graph = await mutualKnnGraph(six, { k: 1, base: 1 });
  expect([...graph.from]).toEqual([1, 2, 4, 5]);
  expect([...graph.to]).toEqual([2, 1, 5, 4]);
  const same = await knnGraph(six, { k: 1, base: 1, symmetrize: 'mutual' });
  expect(same.from).toEqual(graph.from);
  expect(same.to).toEqual(graph.to);
  expect(same.value).toEqual(graph.value);
});

test('directed edges are the lists of knn', async () => {
  const near = await knn(six, { k: 3 });
  const graph = await knnGraph(six, { k: 3 });
  expect(graph.to).toEqual(near.index);
  expect(graph.value).toEqual(near.distance);
  expect([...graph.from]).toEqual([...near.index].map((_, i) => Math.floor(i / 3)));
});

test('every rule in every format is what loops over all pairs make', async () => {
  await fc.assert(
    fc.asyncProperty(
      someCloud,
      fc.constantFrom(...rules),
      fc.constantFrom(...formats),
      async ({ points, k }, symmetrize, format) => {
        const graph = await knnGraph(points, { k, symmetrize, format });
        expect(pairsOf(graph)).toEqual(new Map(naiveRule(directedPairs(points, k), symmetrize)));
        expect(graph.directed).toBe(symmetrize === 'none');
      },
    ),
    { numRuns: 120 },
  );
});

test('graphs that are not directed are symmetric, mutual lies within union, once is half', async () => {
  await fc.assert(
    fc.asyncProperty(someCloud, fc.constantFrom(...rules.slice(1)), async ({ points, k }, symmetrize) => {
      const graph = await knnGraph(points, { k, symmetrize });
      const pairs = pairsOf(graph);
      for (const [from, to, value] of listed(graph)) expect(pairs.get(pairOf(to, from))).toBe(value);
      const union = pairsOf(await knnGraph(points, { k, symmetrize: 'union' }));
      for (const pair of pairs.keys()) expect(union.has(pair)).toBe(true);
      const half = listed(graph).filter(([from, to]) => from <= to);
      for (const format of formats) {
        const once = await knnGraph(points, { k, symmetrize, pairs: 'once', format });
        expect([...listed(once)].sort(byEnds)).toEqual(half);
      }
    }),
    { numRuns: 60 },
  );
});

test('edges of a graph without direction come by (from, to), whatever the threads and the memory', async () => {
  const points = Array.from({ length: 3000 }, (_, i) => [(i * 7919) % 1009, (i * 104729) % 997]);
  const first = await knnGraph(points, { k: 8, symmetrize: 'union' });
  const order = listed(first).map(([from, to]) => from * 3000 + to);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  for (const how of [{ threads: 1 }, { threads: 2, memory: '4MB' }, { threads: 8, memory: '6MB' }]) {
    const again = await knnGraph(points, { k: 8, symmetrize: 'union', ...how });
    expect(again.from).toEqual(first.from);
    expect(again.to).toEqual(first.to);
    expect(again.value).toEqual(first.value);
  }
});

test('converted graphs hold the same edges; rows and columns of csr and csc are each other turned', async () => {
  await fc.assert(
    fc.asyncProperty(
      someCloud,
      fc.constantFrom(...formats),
      fc.constantFrom(...formats),
      fc.constantFrom(0 as const, 1 as const),
      async ({ points, k }, from, to, base) => {
        const graph = await knnGraph(points, { k, format: from, base: 1 });
        const other = await convertGraph(graph, to, { base });
        expect(other.format).toBe(to);
        expect(other.base).toBe(base);
        expect(pairsOf(other)).toEqual(pairsOf(graph));
        const csr = await convertGraph(graph, 'csr');
        const csc = await convertGraph(graph, 'csc');
        const turned = listed(csc).map(([a, b, value]) => [b, a, value] as const);
        const back = listed(csr).map(([a, b, value]) => [a, b, value] as const);
        expect(turned.sort(byEnds)).toEqual([...back.map(([a, b, v]) => [b, a, v] as const)].sort(byEnds));
      },
    ),
    { numRuns: 60 },
  );
});

function byEnds(
  a: readonly [number, number, ...unknown[]],
  b: readonly [number, number, ...unknown[]],
): number {
  return a[0] - b[0] || a[1] - b[1];
}
