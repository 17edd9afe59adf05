/** Graphs written into matrices: the same edges as in memory, columns checked before anything is searched. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EdgeGraph } from '../../../src/neighbors/graphs/graph.js';
import { knnGraph, mutualKnnGraph } from '../../../src/neighbors/graphs/knn-graph.js';
import { radiusGraph } from '../../../src/neighbors/graphs/radius-graph.js';
import { snnGraph } from '../../../src/neighbors/graphs/snn-graph.js';
import type { WrittenColumns } from '../../../src/neighbors/graphs/graph-destinations.js';
import { createMatrix } from '../../../src/storage/matrix/create-matrix.js';
import { openMatrix } from '../../../src/storage/matrix/open-matrix.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-graphs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const points = Array.from({ length: 2000 }, (_, i) => [(i * 7919) % 1009, (i * 104729) % 997]);

async function columnOf(path: string): Promise<readonly (number | null)[]> {
  const matrix = openMatrix(path);
  try {
    return Array.from({ length: matrix.rows }, (_, i) => matrix.get(i, 0));
  } finally {
    matrix.close();
  }
}

async function expectWritten(into: WrittenColumns, graph: EdgeGraph): Promise<void> {
  expect(await columnOf(into.from)).toEqual([...graph.from]);
  expect(await columnOf(into.to)).toEqual([...graph.to]);
  if (graph.value !== null) expect(await columnOf(into.value!)).toEqual([...graph.value]);
}

test('a directed graph fills k rows for every row of the reference', async () => {
  const column = (name: string, type: 'int32' | 'float64') =>
    createMatrix(join(folder, name), { rows: 10_000, cols: 1, type });
  const from = column('from', 'int32');
  const to = column('to', 'float64');
  const value = column('value', 'float64');
  const written = await knnGraph(points, { k: 5, base: 1, into: { from, to, value } });
  expect(written.edges).toBe(10_000);
  await expectWritten(written.into, await knnGraph(points, { k: 5, base: 1 }));
  expect(String(written)).toContain(
    'directed kNN graph, k = 5, euclidean: 2,000 nodes, 10,000 edges, base 1',
  );
});

test('every kind of graph is written as it is in memory, with little memory too', async () => {
  const how = [{}, { memory: '4MB', threads: 2 }];
  for (const [i, options] of how.entries()) {
    const path = (name: string): string => join(folder, `${name}-${String(i)}`);
    const union = await knnGraph(points, {
      k: 9,
      symmetrize: 'union',
      into: { path: path('union') },
      ...options,
    });
    await expectWritten(union.into, await knnGraph(points, { k: 9, symmetrize: 'union' }));
    const mutual = await mutualKnnGraph(points, {
      k: 9,
      base: 1,
      into: { path: path('mutual') },
      ...options,
    });
    await expectWritten(mutual.into, await mutualKnnGraph(points, { k: 9, base: 1 }));
    const shared = await snnGraph(points, {
      k: 4,
      weight: 'rank',
      into: { path: path('shared') },
      ...options,
    });
    await expectWritten(shared.into, await snnGraph(points, { k: 4, weight: 'rank' }));
    const radius = await radiusGraph(points, {
      radius: 30,
      pairs: 'once',
      into: { path: path('radius') },
      ...options,
    });
    await expectWritten(radius.into, await radiusGraph(points, { radius: 30, pairs: 'once' }));
  }
});

test('a reference on disk and columns without values', async () => {
  const reference = createMatrix(join(folder, 'points'), { rows: 2000, cols: 2, data: points });
  const written = await knnGraph(reference, {
    k: 3,
    symmetrize: 'max',
    value: 'none',
    into: { path: join(folder, 'bare') },
  });
  await expectWritten(written.into, await knnGraph(points, { k: 3, symmetrize: 'max', value: 'none' }));
  expect(written.into.value).toBeUndefined();
  expect(
    readdirSync(folder)
      .filter((name) => name.startsWith('bare'))
      .sort(),
  ).toEqual(['bare-from.bin', 'bare-from.desc', 'bare-to.bin', 'bare-to.desc']);
  reference.close();
});

test('cells of rows that are skipped are missing in the columns', async () => {
  const written = await knnGraph([[0], [Number.NaN], [1]], {
    k: 1,
    missing: 'skip',
    base: 1,
    into: { path: join(folder, 'skip') },
  });
  expect(await columnOf(written.into.from)).toEqual([1, 2, 3]);
  expect(await columnOf(written.into.to)).toEqual([3, null, 1]);
  expect(await columnOf(written.into.value!)).toEqual([1, Number.NaN, 1]);
});

test('columns that cannot take the edges are refused by name', async () => {
  const column = (name: string, rows: number, type: 'int32' | 'float64' | 'float32' = 'int32') =>
    createMatrix(join(folder, name), { rows, cols: 1, type });
  const from = column('from', 2000);
  const to = column('to', 2000);
  const short = column('short', 1999);
  const wrong = column('wrong', 2000, 'float32');
  const ask = (into: object) => knnGraph(points, { k: 1, into: into as { path: string } });
  await expect(ask({ from, to: short })).rejects.toThrow(/into\.to .* has 1999 rows, but the graph has 2000/);
  await expect(ask({ from, to: from })).rejects.toThrow(/same file/);
  await expect(ask({ from, to, value: wrong })).rejects.toThrow(/holds float32; it must hold float64/);
  await expect(ask({ from })).rejects.toThrow(/into\.to is missing/);
  await expect(ask({ path: join(folder, 'x'), from })).rejects.toThrow(/leave into\.from out/);
  await expect(ask({ form: from, to })).rejects.toThrow(/no option "form".*from/);
  await expect(ask({ path: join(folder, 'absent', 'x') })).rejects.toThrow(/its folder does not exist/);
  const radius = radiusGraph(points, { radius: 30, into: { from, to } });
  await expect(radius).rejects.toThrow(/has 2000 rows, but the graph has \d+ edges; make it a column of \d+/);
  const bare = knnGraph(points, { k: 1, value: 'none', into: { from, to, value: wrong } });
  await expect(bare).rejects.toThrow(/into\.value is given/);
  expect(await columnOf(to.path!)).toEqual(new Array(2000).fill(0));
  // @ts-expect-error: only edges go into columns
  const sparse = knnGraph(points, { k: 1, format: 'csr', into: { from, to } });
  await expect(sparse).rejects.toThrow(/into takes the edges/);
});

test('files that were made go away again when the search fails; files that are there stay', async () => {
  const path = join(folder, 'graph');
  const bad = [[0], [Number.NaN], [1]];
  await expect(knnGraph(bad, { k: 1, into: { path } })).rejects.toMatchObject({ code: 'data' });
  expect(readdirSync(folder)).toEqual([]);
  const first = await knnGraph(points, { k: 1, into: { path } });
  await expect(knnGraph(points, { k: 1, into: { path } })).rejects.toThrow(/it exists/);
  await expectWritten(first.into, await knnGraph(points, { k: 1 }));
});
