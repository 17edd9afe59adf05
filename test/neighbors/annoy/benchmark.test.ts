/** Benchmarks over Annoy indexes: their tables, their files, what they refuse. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  annoyRecallSuite,
  annoyVersusExact,
  annoyVolumeSuite,
  benchmarkAnnoy,
  knn,
  openAnnoy,
} from 'spillway';
import type { AnnoyMetric } from 'spillway';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { csvText } from '../../../src/neighbors/annoy/benchmark/csv-text.js';
import { importRows } from '../../../src/data/import-rows.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'annoy-benchmark-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const small = { rows: 300, queries: 12, columns: 6, k: 4 };

/** The columns that bigANNOY documents, in its order. */
const documented = [
  ...[
    'metric',
    'backend',
    'filebacked',
    'self_search',
    'load_mode',
    'n_ref',
    'n_query',
    'n_dim',
    'k',
    'n_trees',
  ],
  ...[
    'search_k',
    'build_threads',
    'build_elapsed',
    'search_elapsed',
    'exact_elapsed',
    'recall_at_k',
    'index_id',
  ],
];

describe('benchmarkAnnoy', () => {
  test('measures one index and leaves nothing behind', async () => {
    const result = await benchmarkAnnoy({ ...small, trees: 7, folder });
    const names = result.summary.schema.names;
    expect(names.filter((name) => documented.includes(name))).toEqual(documented);
    const row = result.summary.at(0)!;
    expect(row).toMatchObject({
      metric: 'euclidean',
      n_ref: 300,
      n_query: 12,
      n_dim: 6,
      k: 4,
      n_trees: 7,
      search_k: -1,
    });
    expect(row.build_elapsed).toBeGreaterThan(0);
    expect(row.search_elapsed).toBeGreaterThan(0);
    expect(row.exact_elapsed).toBeGreaterThan(0);
    expect(row.total_data_bytes).toBe(300 * 6 * 4 + 12 * 6 * 4 + row.index_bytes + row.metadata_bytes);
    expect(result.validation.valid).toBe(true);
    expect(existsSync(result.indexPath)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    'euclidean',
    'angular',
    'manhattan',
    'dot',
    'hamming',
  ] as const satisfies readonly AnnoyMetric[])(
    'finds everything under %s when it may look at everything',
    async (metric) => {
      const { summary } = await benchmarkAnnoy({ ...small, metric, searchK: 100_000, trees: 3, folder });
      expect(summary.at(0)!.recall_at_k).toBe(1);
    },
  );

  test('keeps files that can be opened again, and the same rows for the same seed', async () => {
    const options = { ...small, trees: 5, keepFiles: true, exact: false, folder } as const;
    const [a, b] = [await benchmarkAnnoy(options), await benchmarkAnnoy({ ...options, fileBacked: true })];
    expect(openAnnoy(a.indexPath).items).toBe(300);
    expect(readFileSync(a.indexPath).equals(readFileSync(b.indexPath))).toBe(true);
    expect(b.summary.at(0)).toMatchObject({ filebacked: true, exact_elapsed: null, recall_at_k: null });
    expect(b.exactAvailable).toBe(false);
  });

  test('takes rows that are given, and searches them for themselves', async () => {
    const reference = { data: Float64Array.from({ length: 40 }, (_, i) => (i * 7) % 41), rows: 20, cols: 2 };
    const { summary } = await benchmarkAnnoy({
      reference,
      query: null,
      k: 19,
      folder,
      trees: 4,
      searchK: 1000,
    });
    expect(summary.at(0)).toMatchObject({
      self_search: true,
      n_ref: 20,
      n_query: 20,
      n_dim: 2,
      recall_at_k: 1,
    });
    const exact = await knn(reference, { k: 19 });
    expect(exact.rows).toBe(20);
  });

  test('refuses what cannot be before it makes anything', async () => {
    await expect(benchmarkAnnoy({ ...small, k: 301, folder })).rejects.toThrow(/k is 301.*at most 300/);
    await expect(benchmarkAnnoy({ ...small, query: null, k: 300, folder })).rejects.toThrow(/at most 299/);
    await expect(benchmarkAnnoy({ tree: 3 } as object)).rejects.toThrow(
      /no option "tree"; did you mean "trees"/,
    );
    await expect(benchmarkAnnoy({ output: '', folder })).rejects.toThrow(/output must be/);
    await expect(annoyRecallSuite({ trees: [], folder })).rejects.toThrow(
      /trees of annoyRecallSuite is a list/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('annoyRecallSuite: every combination, one index for each number of trees, more candidates find no less', async () => {
  const output = path.join(folder, 'grid.csv');
  const { summary, indexes } = await annoyRecallSuite({
    ...small,
    trees: [2, 6],
    searchK: [10, 5000],
    folder,
    output,
  });
  const rows = summary.toArray();
  expect(rows.map((row) => [row.n_trees, row.search_k])).toEqual([
    [2, 10],
    [2, 5000],
    [6, 10],
    [6, 5000],
  ]);
  expect(rows[0]!.recall_at_k!).toBeLessThanOrEqual(rows[1]!.recall_at_k!);
  expect(rows[1]!.recall_at_k).toBe(1);
  expect(indexes).toHaveLength(2);
  const lines = readFileSync(output, 'utf8').split('\r\n');
  expect(lines).toHaveLength(6);
  expect(lines[0]).toBe(summary.schema.names.join(','));
  expect(lines[3]!.split(',')).toHaveLength(summary.schema.length);
});

test('annoyVolumeSuite: every size, and exact search where it is wanted', async () => {
  const sizes = { rows: [50, 100], columns: [3, 4], queries: 5, k: 3, trees: 2, folder };
  const { summary } = await annoyVolumeSuite(sizes);
  expect(summary.toArray().map((row) => [row.n_ref, row.n_dim])).toEqual([
    [50, 3],
    [50, 4],
    [100, 3],
    [100, 4],
  ]);
  const both = await annoyVolumeSuite({ ...sizes, exact: true });
  expect(both.summary.numRows).toBe(8);
});

test('annoyVersusExact: two rows of one search', async () => {
  const { summary } = await annoyVersusExact({ ...small, trees: 4, folder });
  expect(summary.toArray().map((row) => [row.implementation, row.n_trees])).toEqual([
    ['annoy', 4],
    ['exact', null],
  ]);
});

test('CSV text is quoted where it must be', () => {
  const [table] = importRows([
    { a: 'plain', 'b,c': 1.5 },
    { a: 'with "quotes", and\nlines', 'b,c': null },
  ]).batches();
  expect(csvText(table!)).toBe('a,"b,c"\r\nplain,1.5\r\n"with ""quotes"", and\nlines",\r\n');
});
