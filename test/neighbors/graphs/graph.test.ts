/** What a graph says of itself, its table, and what is refused. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { convertGraph } from '../../../src/neighbors/graphs/convert-graph.js';
import { EdgeGraph } from '../../../src/neighbors/graphs/graph.js';
import { knnGraph, mutualKnnGraph } from '../../../src/neighbors/graphs/knn-graph.js';
import { desc } from '../../../src/expr/builders.js';
import { tbl } from '../../../src/query/default-engine.js';
import { listed, pairsOf } from './graph-oracle.js';

const line = [[0], [1], [5], [7]];

test('a graph prints what it is and its first edges', async () => {
  const graph = await knnGraph(line, { k: 2 });
  expect(String(graph)).toBe(
    [
      'directed kNN graph, k = 2, euclidean: 4 nodes, 8 edges, directed',
      '  edges, float64 values, base 0',
      '  0 → 1 (1), 0 → 2 (5), 1 → 0 (1), 1 → 2 (4), 2 → 3 (2), 2 → 1 (4), …',
    ].join('\n'),
  );
  const csc = await mutualKnnGraph(line, { k: 1, format: 'csc', base: 1, value: 'none' });
  expect(inspect(csc)).toBe(
    [
      'Graph mutual kNN graph, k = 1, euclidean: 4 nodes, 4 edges, both ways listed',
      '  csc, no values, base 1',
      '  2 → 1, 1 → 2, 4 → 3, 3 → 4',
    ].join('\n'),
  );
});

test('a graph is the source of a query', async () => {
  const graph = await knnGraph(line, { k: 1 });
  const far = await tbl(graph.toTable()).arrange(desc('value')).head(1).rows();
  expect(far).toEqual([{ from: 2, to: 3, value: 2 }]);
  const bare = await knnGraph(line, { k: 1, value: 'none' });
  expect(bare.toTable().schema.names).toEqual(['from', 'to']);
});

test('rows that are skipped are nodes without edges', async () => {
  const points = [[0], [Number.NaN], [1], [5], [7]];
  const graph = await knnGraph(points, { k: 2, missing: 'skip' });
  expect(listed(graph).map(([from, to]) => [from, to])).toEqual([
    [0, 2],
    [0, 3],
    [2, 0],
    [2, 3],
    [3, 4],
    [3, 2],
    [4, 3],
    [4, 2],
  ]);
  // Fewer rows are left than neighbours asked for.
  const few = await knnGraph([[0], [Number.NaN], [1]], { k: 2, missing: 'skip', base: 1 });
  expect(listed(few)).toEqual([
    [0, 2, 1],
    [2, 0, 1],
  ]);
  await expect(knnGraph(points, { k: 2 })).rejects.toMatchObject({ code: 'data' });
});

test('mean halves what was found in one direction, of distances and of ones', async () => {
  const graph = await knnGraph([[0], [1], [5]], { k: 1, symmetrize: 'mean', value: 'one' });
  expect(listed(graph)).toEqual([
    [0, 1, 1],
    [1, 0, 1],
    [1, 2, 0.5],
    [2, 1, 0.5],
  ]);
});

test('edges that end outside of the graph are named', async () => {
  const facts = { nodes: 3, base: 0, directed: true, pairs: 'both', label: 'mine' } as const;
  const graph = new EdgeGraph(facts, Uint32Array.of(0, 1), Uint32Array.of(2, 3), null);
  await expect(convertGraph(graph, 'csr')).rejects.toThrow(
    'edge 1 ends at row 3, but the graph has 3 rows, counted from 0',
  );
});

test('edges given twice stay two, in the order given', async () => {
  const facts = { nodes: 3, base: 0, directed: true, pairs: 'both', label: 'mine' } as const;
  const to = Uint32Array.of(2, 1, 1, 0);
  const graph = new EdgeGraph(facts, Uint32Array.of(0, 2, 0, 0), to, Float64Array.of(1, 2, 3, 4));
  const coo = await convertGraph(
    new EdgeGraph(facts, Uint32Array.of(0, 0, 0, 0), Uint32Array.of(1, 1, 0, 1), Float64Array.of(3, 1, 5, 2)),
    'coo',
  );
  expect([...coo.values]).toEqual([5, 3, 1, 2]);
  expect(pairsOf(await convertGraph(graph, 'csr')).size).toBe(4);
});

test('a graph may have no edges', async () => {
  const facts = { nodes: 2, base: 1, directed: true, pairs: 'both', label: 'empty' } as const;
  const graph = new EdgeGraph(facts, new Uint32Array(0), new Uint32Array(0), new Float64Array(0));
  const csr = await convertGraph(graph, 'csr');
  expect([...csr.indptr]).toEqual([1, 1, 1]);
  expect(String(csr)).toBe('empty: 2 nodes, 0 edges, directed\n  csr, float64 values, base 1');
});

test('nonsense is refused by name, before anything is searched', async () => {
  await expect(knnGraph(line, { k: 4 })).rejects.toThrow(/at most 3 will do/);
  await expect(knnGraph(line, { k: 1, pairs: 'once' })).rejects.toThrow(/edges go both ways/);
  await expect(knnGraph(line, { k: 1, symmetrize: 'mean', value: 'none' })).rejects.toThrow(
    /'mean' is about/,
  );
  // @ts-expect-error: no such rule
  await expect(knnGraph(line, { k: 1, symmetrize: 'both' })).rejects.toThrow(
    /symmetrize must be one of "none"/,
  );
  // @ts-expect-error: mutual is what it is
  await expect(mutualKnnGraph(line, { k: 1, symmetrize: 'mutual' })).rejects.toThrow(
    /no option "symmetrize"/,
  );
  // @ts-expect-error: no such format
  await expect(convertGraph(await knnGraph(line, { k: 1 }), 'dense')).rejects.toThrow(/one of edges, coo/);
  const aborted = AbortSignal.abort();
  await expect(knnGraph(line, { k: 1, signal: aborted })).rejects.toMatchObject({ code: 'cancelled' });
});
