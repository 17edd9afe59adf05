/** Files of Annoy 1.17.3 are searched as it searches them; and its bytes, known by their sums, come out of our builds. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAnnoy, openAnnoy } from 'spillway';
import type { AnnoyMetric } from 'spillway';
import { afterAll, describe, expect, test } from 'vitest';

import { expectFound } from '../exchange/found-lists.js';
import type { FoundLists } from '../exchange/found-lists.js';

const folder = fileURLToPath(new URL('./annoy/', import.meta.url));
const scratch = mkdtempSync(path.join(tmpdir(), 'annoy-golden-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface GoldenFile {
  readonly file: string;
  readonly metric: AnnoyMetric;
  readonly dimension: number;
  readonly items: number;
  readonly roots: number;
  readonly queries: readonly (readonly number[])[];
  readonly searches: readonly (FoundLists & { readonly k: number; readonly searchK: number })[];
}

const golden = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as readonly GoldenFile[];

test('there is a file of every metric and shape', () => {
  expect(golden).toHaveLength(30);
});

describe.each(golden)('$file', ({ file, metric, dimension, items, roots, queries, searches }) => {
  const index = openAnnoy(path.join(folder, file), { metric, dimension });

  test('has the items and roots that Annoy finds in it', () => {
    expect([index.items, index.trees]).toEqual([items, roots]);
  });

  test.each(searches)('gives the $k nearest by $searchK candidates', async (expected) => {
    const found = await index.search(queries, { k: Math.min(expected.k, items), searchK: expected.searchK });
    expectFound(metric, found, expected);
  });
});

const md5Of = (file: string): string => createHash('md5').update(readFileSync(file)).digest('hex');

/** 200 rows of 5 by a generator that any language has. */
function recipe(): { readonly data: Float64Array; readonly rows: number; readonly cols: number } {
  const data = new Float64Array(1000);
  let state = 42;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[i] = (state >>> 8) / 2 ** 24 - 0.5;
  }
  return { data, rows: 200, cols: 5 };
}

const builds: readonly {
  readonly metric: AnnoyMetric;
  readonly bytes: number;
  /** Without and with fused products; undefined where Annoy writes memory that it never set. */
  readonly sums?: readonly [plain: string, fused: string];
  readonly index: readonly number[];
  readonly distance: readonly number[];
}[] = [
  {
    metric: 'euclidean',
    bytes: 35_424,
    sums: ['99cbc97768b272969547452220721a8a', 'ddaf74a030cf051faaed3860a9ae15ea'],
    index: [117, 121, 57, 36, 166],
    distance: [0.292223, 0.317804, 0.406891, 0.415265, 0.426269],
  },
  {
    metric: 'manhattan',
    bytes: 34_920,
    sums: ['b230fc550a83481d64abfe2ed36241df', '7f0d1df2b6e0efd368e1b2a5c7c1f01e'],
    index: [7, 117, 36, 121, 120],
    distance: [0.592795, 0.632999, 0.654236, 0.665306, 0.691045],
  },
  {
    metric: 'angular',
    bytes: 31_648,
    sums: ['e8bc3dc31888b015a3a9f3f4ead12dae', '9aa2737805d0fb5795d82881b847d8a1'],
    index: [17, 63, 57, 183, 1],
    distance: [0.28241, 0.368176, 0.4735, 0.522627, 0.531114],
  },
  {
    metric: 'dot',
    bytes: 0,
    index: [3, 1, 17, 63, 183],
    distance: [0.238178, 0.236447, 0.219471, 0.219382, 0.199031],
  },
];

describe.each(builds)('200 rows under $metric', ({ metric, bytes, sums, index, distance }) => {
  test.each([false, true])('have the bytes of Annoy (fused: %s), and its answers', async (fused) => {
    const file = path.join(scratch, `${metric}-${String(fused)}.ann`);
    const built = await buildAnnoy(recipe(), {
      ...{ path: file, metric, trees: 10, seed: 7, seeding: 'annoy', fused },
    });
    if (sums !== undefined) {
      expect(built.fileSize).toBe(bytes);
      expect(md5Of(file)).toBe(sums[fused ? 1 : 0]);
    }
    const found = await built.search([-0.2, -0.1, 0, 0.1, 0.2], { k: 5 });
    expect([...found.index]).toEqual(index);
    for (const [rank, value] of distance.entries()) expect(found.distance[rank]).toBeCloseTo(value, 5);
  });
});

test("the seed's five rows have the bytes that bigANNOY printed the sum of", async () => {
  const rows = [
    [0, 0],
    [5, 0],
    [0, 5],
    [5, 5],
    [9, 9],
  ];
  const built = await buildAnnoy(rows, {
    ...{ path: path.join(scratch, 'ref.ann'), trees: 25, seed: 99, seeding: 'annoy' },
  });
  expect([built.fileSize, built.fileMd5]).toEqual([2496, 'c2eab887babb44656824ba64e545d6c9']);
});
