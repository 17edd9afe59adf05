/** Persisted reference, persisted index, persisted outputs: the workflow that bigANNOY's users know, number by number. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineError, buildAnnoy, createMatrix, openAnnoy, openMatrix } from 'spillway';
import type { AnnoyIndex, AnnoyResult, CreateMatrixOptions, FileMatrix } from 'spillway';

const folder = mkdtempSync(join(tmpdir(), 'annoy-seed-'));
const at = (name: string): string => join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const referenceRows = [
  [0, 0],
  [5, 0],
  [0, 5],
  [5, 5],
  [9, 9],
];
const queryRows = [
  [0.2, 0.1],
  [4.7, 5.1],
];

let reference: FileMatrix;
let query: FileMatrix;
let index: AnnoyIndex;

beforeAll(async () => {
  reference = createMatrix(at('ref'), { rows: 5, cols: 2, data: referenceRows });
  query = createMatrix(at('query'), { rows: 2, cols: 2, data: queryRows });
  index = await buildAnnoy(at('ref.desc'), {
    path: at('ref.ann'),
    trees: 25,
    metric: 'euclidean',
    seed: 99,
    seeding: 'annoy',
    loadMode: 'lazy',
  });
});

const rounded = (values: Iterable<number>): number[] =>
  [...values].map((value) => Math.round(value * 1000) / 1000);

/** What R prints, for rows that count from 1. */
function expectNeighbours(found: AnnoyResult): void {
  expect([...found.index]).toEqual([1, 2, 4, 3]);
  expect(rounded(found.distance)).toEqual([0.224, 4.801, 0.316, 4.701]);
  expect(found).toMatchObject({ rows: 2, k: 2, metric: 'euclidean', exact: false });
}

const asked = { k: 2, searchK: 100, base: 1 } as const;

test('the index is built from the path of a descriptor, to the byte', () => {
  const bytes = readFileSync(at('ref.ann'));
  expect(bytes.length).toBe(2496);
  expect(createHash('md5').update(bytes).digest('hex')).toBe('c2eab887babb44656824ba64e545d6c9');
  expect(index).toMatchObject({
    path: at('ref.ann'),
    metadataPath: at('ref.ann.meta'),
    metric: 'euclidean',
    trees: 25,
    items: 5,
    dimension: 2,
    loadMode: 'lazy',
    isLoaded: false,
    fileSize: 2496,
    fileMd5: 'c2eab887babb44656824ba64e545d6c9',
    prefault: false,
  });
  expect(Number(index.buildSeed)).toBe(99);
  expect(index.id).toMatch(/^annoy-\d{14}-c2eab887babb$/);
});

test('it prints itself', () => {
  const printed = new Map(
    String(index)
      .split('\n')
      .slice(1)
      .map((line) => {
        const [name = '', ...value] = line.trim().split(/:\s+/);
        return [name, value.join(': ')] as const;
      }),
  );
  expect([...printed.keys()]).toEqual([
    'path',
    'metadata',
    'index_id',
    'metric',
    'trees',
    'items',
    'dimension',
    'build_seed',
    'build_threads',
    'build_backend',
    'load_mode',
    'loaded',
    'file_size',
    'file_md5',
    'prefault',
  ]);
  expect(Object.fromEntries(printed)).toMatchObject({
    path: at('ref.ann'),
    metadata: at('ref.ann.meta'),
    index_id: index.id,
    metric: 'euclidean',
    trees: '25',
    items: '5',
    dimension: '2',
    build_seed: '99',
    load_mode: 'lazy',
    file_size: '2496',
    file_md5: 'c2eab887babb44656824ba64e545d6c9',
  });
});

test('the sidecar is read by what reads DCF', () => {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of readFileSync(at('ref.ann.meta'), 'utf8').split('\n').filter(Boolean)) {
    const field = /^([^\s:]+):\s*(.*)$/.exec(line);
    if (field === null) {
      expect(line).toMatch(/^[ \t]/);
      fields.set(name, `${fields.get(name) ?? ''}\n${line.trim()}`);
    } else {
      name = field[1]!;
      expect(fields.has(name)).toBe(false);
      fields.set(name, field[2]!);
    }
  }
  expect(Object.fromEntries(fields)).toMatchObject({
    index_id: index.id,
    metric: 'euclidean',
    n_dim: '2',
    n_ref: '5',
    n_trees: '25',
    build_seed: '99',
    file_size: '2496',
    file_md5: 'c2eab887babb44656824ba64e545d6c9',
    load_mode: 'lazy',
    index_file: 'ref.ann',
  });
  for (const known of ['metadata_version', 'package_version', 'annoy_version', 'build_threads'])
    expect(fields.get(known), known).toMatch(/./);
  for (const known of ['build_backend', 'file_mtime']) expect(fields.get(known), known).toMatch(/./);
});

test('queries: a live matrix, its descriptor, and the path of that', async () => {
  expectNeighbours(await index.search(query, asked));
  expect(index.isLoaded).toBe(true);
  expectNeighbours(await index.search(query.descriptor, asked));
  expectNeighbours(await index.search(at('query.desc'), asked));
});

test('queries: numbers in memory, and one vector', async () => {
  expectNeighbours(await index.search(queryRows, asked));
  expectNeighbours(
    await index.search({ data: Float64Array.from(queryRows.flat()), rows: 2, cols: 2 }, asked),
  );
  const one = await index.search([4.7, 5.1], { k: 2, base: 1 });
  expect([...one.index]).toEqual([4, 3]);
  expect(one.rows).toBe(1);
});

test('queries: separated columns', async () => {
  const separated = createMatrix(at('query-sep'), { rows: 2, cols: 2, separated: true, data: queryRows });
  expectNeighbours(await index.search(separated, asked));
  expectNeighbours(await index.search(separated.descriptor, asked));
  expectNeighbours(await index.search(at('query-sep.desc'), asked));
});

test('rows count from 0 when nothing is said of it', async () => {
  const found = await index.search(query, { k: 2 });
  expect(found.index).toEqual(Uint32Array.of(0, 1, 3, 2));
});

test('results go into matrices on disk, which are attached again later', async () => {
  const indexStore = createMatrix(at('nn_index'), { rows: 2, cols: 2, type: 'int32' });
  createMatrix(at('nn_distance'), { rows: 2, cols: 2 }).close();
  const written = await index.search(query.descriptor, {
    k: 2,
    base: 1,
    into: { index: indexStore.descriptor, distance: at('nn_distance.desc') },
  });
  expect(written).toMatchObject({ rows: 2, k: 2, into: { index: at('nn_index.bin') } });
  expect(written).not.toHaveProperty('index');
  indexStore.close();

  using again = openMatrix(at('nn_index.desc'), { readOnly: true });
  using distances = openMatrix(at('nn_distance.desc'), { readOnly: true });
  expect([...(await again.read()).data]).toEqual([1, 2, 4, 3]);
  expect(rounded([...(await distances.read()).data].map(Number))).toEqual([0.224, 4.801, 0.316, 4.701]);
});

test('without a query, rows are asked for the others', async () => {
  const found = await index.search({ k: 1, base: 1 });
  expect([...found.index]).toEqual([2, 1, 1, 2, 4]);
  expect(rounded(found.distance)).toEqual([5, 5, 5, 5, 5.657]);
  const own = await index.search(reference, { k: 1, base: 1 });
  expect([...own.index]).toEqual([1, 2, 3, 4, 5]);
});

test('another process would open it, validate it, close it and go on', async () => {
  const opened = openAnnoy(at('ref.ann'), { loadMode: 'eager' });
  expect(opened.isLoaded).toBe(true);
  const report = await opened.validate({ strict: true });
  expect(report.valid).toBe(true);
  expect(report.checks.every(({ passed }) => passed)).toBe(true);
  expectNeighbours(await opened.search(query, asked));
  await opened.close();
  await opened.close();
  expect(opened.isLoaded).toBe(false);
  expectNeighbours(await opened.search(query, asked));
  expect(opened.isLoaded).toBe(true);
  await opened.close();
});

test('what cannot take the results is refused by name, before anything is written', async () => {
  let made = 0;
  const store = (rows: number, cols: number, type: CreateMatrixOptions['type']): string => {
    made += 1;
    createMatrix(at(`store-${String(made)}`), { rows, cols, type: type ?? 'float64' }).close();
    return at(`store-${String(made)}.desc`);
  };
  const good = store(2, 2, 'int32');
  const refused: [Record<string, unknown>, RegExp][] = [
    [{ index: store(2, 2, 'int16') }, /into\.index .*holds int16; it must hold int32 or float64/],
    [{ index: store(2, 2, 'float32') }, /into\.index .*holds float32/],
    [
      { index: good, distance: store(2, 2, 'float32') },
      /into\.distance .*holds float32; it must hold float64/,
    ],
    [{ index: good, distance: store(2, 2, 'int32') }, /into\.distance .*holds int32; it must hold float64/],
    [{ index: store(3, 2, 'int32') }, /into\.index .*is 3 × 2; it must be 2 × 2/],
    [{ index: store(2, 3, 'int32') }, /into\.index .*is 2 × 3; it must be 2 × 2/],
    [{ index: good, distance: store(1, 2, 'float64') }, /into\.distance .*is 1 × 2; it must be 2 × 2/],
    [{ distance: store(2, 2, 'float64') }, /into\.index is missing beside distance/],
  ];
  const files = (): string[] =>
    readdirSync(folder).map((name) => `${name} ${readFileSync(at(name)).toString('base64')}`);
  const before = files();
  for (const [into, message] of refused) {
    const search = index.search(query, { k: 2, into: into as { index: string } });
    await expect(search).rejects.toThrow(message);
    await expect(search).rejects.toBeInstanceOf(EngineError);
    await expect(search).rejects.toMatchObject({ code: 'argument' });
  }
  expect(files()).toEqual(before);
});

test.each([
  [{ trees: 0 }, /trees/],
  [{ trees: 2.5 }, /trees/],
  [{ metric: 'cosine' }, /metric/],
  [{ seed: 0 }, /seed/],
  [{ seed: -1 }, /seed/],
  [{ loadMode: 'later' }, /loadMode/],
  [{ seeding: 'none' }, /seeding/],
  [{ blockRows: 0 }, /blockRows/],
  [{ tree: 5 }, /no option "tree"; did you mean "trees"/],
])('no index is built with %o', async (wrong, message) => {
  const path = at('never.ann');
  const build = buildAnnoy(at('ref.desc'), { path, ...wrong } as { path: string });
  await expect(build).rejects.toThrow(message);
  await expect(build).rejects.toMatchObject({ name: 'EngineError', code: 'argument' });
  expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([]);
});

test('what is asked of a search is checked', async () => {
  const refused: [unknown, Record<string, unknown>, RegExp][] = [
    [[[1, 2, 3]], { k: 1 }, /3 .*2|2 .*3/],
    [query, { k: 0 }, /\bk\b/],
    [query, { k: 1, searchK: 0 }, /searchK/],
    [query, { k: 1, searchK: 10, targetRecall: 0.9 }, /searchK.*targetRecall|targetRecall.*searchK/],
    [query, { k: 1, search_k: 10 }, /no option "search_k"; did you mean "searchK"/],
  ];
  for (const [queries, options, message] of refused) {
    const search = index.search(queries as FileMatrix, options);
    await expect(search).rejects.toThrow(message);
    await expect(search).rejects.toMatchObject({ name: 'EngineError', code: 'argument' });
  }
  const none = () => openAnnoy(at('none.ann'));
  expect(none).toThrow(/none\.ann/);
});

test('the pair can be moved', async () => {
  mkdirSync(at('elsewhere'));
  for (const name of ['ref.ann', 'ref.ann.meta'])
    cpSync(at(name), join(at('elsewhere'), name), { preserveTimestamps: true });
  const moved = openAnnoy(join(at('elsewhere'), 'ref.ann'));
  expect(moved.id).toBe(index.id);
  expect((await moved.validate()).valid).toBe(true);
  expectNeighbours(await moved.search(at('query.desc'), asked));
  expect(basename(moved.metadataPath ?? '')).toBe('ref.ann.meta');
  expect(statSync(moved.path).size).toBe(moved.fileSize);
  await moved.close();
});
