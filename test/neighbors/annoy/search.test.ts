/** Searching Annoy indexes: queries of every kind, destinations, and what is refused. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { EngineError, buildAnnoy, createMatrix, knn, noNeighbor, openMatrix, tbl } from 'spillway';
import type { AnnoyIndex, AnnoyQuery, AnnoySearchOptions } from 'spillway';
import { scratchFolder } from '../../faults/scratch-folder.js';
import { asArrays, clusteredRows, fiveRows, twoQueries } from './annoy-rows.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

const cols = 12;
const rows = 2000;
const data = clusteredRows(rows, cols);
const dense = { data, rows, cols };
const everything = 1_000_000;
let five: AnnoyIndex;
let many: AnnoyIndex;

beforeAll(async () => {
  five = await buildAnnoy(fiveRows, { path: at('five.ann'), trees: 25, seed: 99 });
  many = await buildAnnoy(dense, { path: at('many.ann'), trees: 8 });
});

describe('queries', () => {
  const matrix = createMatrix(at('query'), { rows: 2, cols: 2, data: twoQueries });
  const separated = createMatrix(at('apart'), { rows: 2, cols: 2, data: twoQueries, separated: true });
  const table = tbl(twoQueries.map(([x, y]) => ({ name: 'q', x, y })));

  test.each<[string, AnnoyQuery]>([
    ['arrays', twoQueries],
    ['numbers in memory', { data: Float64Array.from(twoQueries.flat()), rows: 2, cols: 2 }],
    ['a matrix', matrix],
    ['a descriptor', matrix.descriptor],
    ['the path of a descriptor', at('query.desc')],
    ['separated columns', separated],
    ['columns of a query', { query: table, columns: ['x', 'y'] }],
    ['a query', table.select('x', 'y')],
    [
      'sparse rows',
      {
        indptr: Uint32Array.of(0, 2, 4),
        indices: Uint32Array.of(0, 1, 0, 1),
        values: Float64Array.from(twoQueries.flat()),
        cols: 2,
      },
    ],
  ])('%s', async (_, query) => {
    const found = await five.search(query, { k: 2, searchK: 100 });
    expect(found).toMatchObject({
      rows: 2,
      k: 2,
      metric: 'euclidean',
      exact: false,
      searchK: 100,
      trees: 25,
    });
    expect([...found.index]).toEqual([0, 1, 3, 2]);
    expect([...found.distance].map((value) => value.toFixed(3))).toEqual([
      '0.224',
      '4.801',
      '0.316',
      '4.701',
    ]);
  });

  test.each<[string, AnnoyQuery]>([
    ['an array', [4.7, 5.1]],
    ['floats', Float32Array.of(4.7, 5.1)],
    ['doubles', Float64Array.of(4.7, 5.1)],
  ])('one vector: %s', async (_, query) => {
    const found = await five.search(query, { k: 1, base: 1 });
    expect(found).toMatchObject({ rows: 1, k: 1, searchK: five.usualSearchK(1) });
    expect([...found.index]).toEqual([4]);
  });

  test('none: the items themselves, each among the others, or with itself', async () => {
    for (const found of [
      await five.search({ k: 1, searchK: 100 }),
      await five.search(undefined, { k: 1, searchK: 100 }),
    ]) {
      expect([...found.index]).toEqual([1, 0, 0, 1, 3]);
      expect(found.distance[4]).toBeCloseTo(Math.sqrt(32), 6);
    }
    const self = await five.search({ k: 1, excludeSelf: false, searchK: 100 });
    expect([...self.index]).toEqual([0, 1, 2, 3, 4]);
    expect([...self.distance]).toEqual([0, 0, 0, 0, 0]);
    expect(await five.search()).toMatchObject({ rows: 5, k: 4 });
    expect(await five.search([1, 2])).toMatchObject({ rows: 1, k: 5 });
  });

  test('missing numbers: an error that names the row, or nothing found', async () => {
    const query = [
      [1, 1],
      [1, null],
      [Number.POSITIVE_INFINITY, 1],
      [1e300, 1],
    ] as number[][];
    await expect(five.search(query.slice(0, 2), { k: 1 })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/row 1 of the quer/),
    });
    const found = await five.search(query, { k: 1, missing: 'skip' });
    expect([...found.index]).toEqual([0, noNeighbor, noNeighbor, noNeighbor]);
    expect(found.distance[1]).toBeNaN();
  });
});

test('looking at everything finds what exact search finds', async () => {
  const query = { data: clusteredRows(100, cols, 10, 7), rows: 100, cols };
  const exact = await knn(dense, { query, k: 5 });
  const found = await many.search(query, { k: 5, searchK: everything });
  expect(found.index).toEqual(exact.index);
  found.distance.forEach((value, i) => {
    expect(value).toBeCloseTo(exact.distance[i]!, 4);
  });
});

test('also among rows full of ties, of few, of equal and of one', async () => {
  const lattice = (cols: number, most: number): fc.Arbitrary<number[][]> =>
    fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: cols, maxLength: cols }), {
      minLength: 1,
      maxLength: most,
    });
  const problems = fc
    .tuple(fc.constantFrom('euclidean', 'manhattan', 'dot', 'hamming'), fc.integer({ min: 1, max: 9 }))
    .chain(([metric, cols]) =>
      fc.record({ metric: fc.constant(metric), rows: lattice(cols, 80), query: lattice(cols, 5) }),
    );
  const bitsOf = (given: number[][]): number[][] =>
    given.map((row) => row.map((value) => Number(value > 0.5)));
  await fc.assert(
    fc.asyncProperty(
      problems,
      fc.integer({ min: 1, max: 4 }),
      async ({ metric, rows: given, query }, trees) => {
        const k = Math.min(5, given.length);
        const bits = metric === 'hamming';
        const exact = await knn(bits ? bitsOf(given) : given, {
          query: bits ? bitsOf(query) : query,
          k,
          metric: metric === 'dot' ? 'innerProduct' : metric,
        });
        const path = at('tied.ann');
        const index = await buildAnnoy(given, { path, metric, trees });
        const found = await index.search(query, { k, searchK: everything });
        expect(found.index).toEqual(exact.index);
        found.distance.forEach((value, i) => {
          const wanted = exact.distance[i]!;
          expect(value).toBe(metric === 'dot' ? 0 - wanted : Math.fround(wanted));
        });
        expect((await index.validate()).valid).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('answers do not depend on threads, memory, or where they go', async () => {
  const query = { data: clusteredRows(3000, cols, 10, 7), rows: 3000, cols };
  const whole = await many.search(query, { k: 3 });
  for (const options of [{ threads: 1 }, { threads: 2 }, { memory: '1MB' }] as const) {
    const found = await many.search(query, { k: 3, ...options });
    expect(found.index).toEqual(whole.index);
    expect(found.distance).toEqual(whole.distance);
  }
  const index = createMatrix(at('index'), { rows: 3000, cols: 3, type: 'int32' });
  const distance = createMatrix(at('distance'), { rows: 3000, cols: 3 });
  const into = { index: index.descriptor, distance: at('distance.desc') };
  const told: number[] = [];
  const onProgress = (progress: { readonly rows: number }): void => void told.push(progress.rows);
  const written = await many.search(query, { k: 3, base: 1, into, memory: '16KB', onProgress });
  expect(written).toMatchObject({ rows: 3000, k: 3, exact: false, into: { distance: at('distance.desc') } });
  expect(told.at(-1)).toBe(3000);
  const again = openMatrix(at('index.desc'));
  expect(Uint32Array.from((await again.read()).data as Int32Array, (row) => row - 1)).toEqual(whole.index);
  expect((await distance.read()).data).toEqual(whole.distance);
});

test('a self-search goes into matrices, too', async () => {
  const index = createMatrix(at('self'), { rows: rows * 2, cols: 1 });
  const { into } = await many.search({ k: 2, into: { index } });
  expect(into).toEqual({ index: at('self.desc') });
  const whole = await many.search({ k: 2 });
  expect(Uint32Array.from((await index.read()).data as Float64Array)).toEqual(whole.index);
});

test('cells without a neighbour: few candidates were collected', async () => {
  const index = createMatrix(at('few'), { rows: 1, cols: 500, type: 'int32' });
  await many.search([...data.subarray(0, cols)], { k: 500, searchK: 1, base: 1, into: { index } });
  const cells = [...((await index.read()).data as Int32Array)];
  expect(cells[0]).toBe(1);
  expect(cells.at(-1)).toBe(-(2 ** 31));
});

describe('refused', () => {
  const small = createMatrix(at('small'), { rows: 2, cols: 1, type: 'int32' });
  const floats = createMatrix(at('floats'), { rows: 2, cols: 2, type: 'float32' });
  const right = createMatrix(at('right'), { rows: 2, cols: 2, type: 'int32' });

  test.each<[string, AnnoyQuery | undefined, Record<string, unknown>, string]>([
    ['other columns', [[1, 2, 3]], {}, 'has 3 columns, the index (five.ann) has 2'],
    ['a longer vector', [1, 2, 3], {}, 'has 3 columns, the index (five.ann) has 2'],
    ['floats of another length', new Float32Array(4), {}, 'has 4 columns, the index (five.ann) has 2'],
    ['no numbers', ['1', '2'] as unknown as number[], {}, 'must be a number, not string'],
    ['no rows', 'x', {}, ''],
    ['something else', 7 as unknown as AnnoyQuery, {}, 'the query must be a matrix'],
    ['k of nothing', twoQueries, { k: 0 }, 'k must be a whole number from 1'],
    [
      'more than there are',
      twoQueries,
      { k: 6 },
      'k is 6, but the index (five.ann) has 5 items; at most 5 will do',
    ],
    ['more than the others', undefined, { k: 5 }, 'an item is none of its own neighbours; at most 4 will do'],
    ['searchK 0', twoQueries, { searchK: 0 }, 'searchK must be a whole number from 1'],
    ['searchK −2', twoQueries, { searchK: -2 }, 'searchK must be a whole number from 1'],
    ['a recall of 0', twoQueries, { targetRecall: 0 }, 'targetRecall must be a number above 0 and up to 1'],
    ['a recall of 2', twoQueries, { targetRecall: 2 }, 'targetRecall must be'],
    ['both', twoQueries, { targetRecall: 0.9, searchK: 10 }, 'targetRecall chooses searchK itself'],
    ['leaving out what is not there', twoQueries, { excludeSelf: true }, 'the query is not the index'],
    ['excludeSelf by text', twoQueries, { excludeSelf: 'no' }, 'excludeSelf must be true or false'],
    ['another base', twoQueries, { base: 2 }, 'base must be one of 0, 1'],
    ['another word', twoQueries, { missing: 'ignore' }, 'missing must be one of "error", "skip"'],
    ['another option', twoQueries, { searchk: 5 }, 'has no option "searchk"; did you mean "searchK"'],
    ['other rows to rank by', twoQueries, { rerank: [[1, 2]] }, 'the index (five.ann) has 5 × 2'],
    [
      'a destination that is too small',
      twoQueries,
      { k: 2, into: { index: small } },
      'is 2 × 1; it must be 2 × 2',
    ],
    ['a destination of floats', twoQueries, { k: 2, into: { index: floats } }, 'must hold int32 or float64'],
    [
      'distances alone',
      twoQueries,
      { k: 2, into: { distance: right } },
      'into.index is missing beside distance',
    ],
    [
      'distances as integers',
      twoQueries,
      { k: 2, into: { index: right, distance: right } },
      'must hold float64',
    ],
  ])('%s', async (_, query, options, message) => {
    const failure: unknown = await five
      .search(query, options as AnnoySearchOptions)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineError);
    expect((failure as EngineError).message).toContain(message);
    if (message !== '') expect(failure).toMatchObject({ code: 'argument' });
    expect([...((await right.read()).data as Int32Array)]).toEqual([0, 0, 0, 0]);
  });

  test('options in the place of the query are told by their names', async () => {
    await expect(five.search({ kk: 5 } as AnnoySearchOptions)).rejects.toMatchObject({
      code: 'argument',
      message: expect.stringContaining('search has no option "kk"'),
    });
  });

  test('a search that was stopped', async () => {
    const stopped = AbortSignal.abort();
    await expect(five.search([1, 2], { signal: stopped })).rejects.toMatchObject({ code: 'cancelled' });
    const stop = new AbortController();
    const query = { data: clusteredRows(200_000, cols, 10, 3), rows: 200_000, cols };
    const search = many.search(query, { k: 10, searchK: everything, signal: stop.signal });
    setTimeout(() => {
      stop.abort();
    }, 100);
    await expect(search).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('each metric: distances as they are defined', async () => {
  const cosine = (x: number[], y: number[]): number => dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  const dot = (x: number[], y: number[]): number => x.reduce((sum, v, j) => sum + v * y[j]!, 0);
  const sum = (x: number[], y: number[], of: (d: number) => number): number =>
    x.reduce((total, v, j) => total + of(v - y[j]!), 0);
  const defined = {
    euclidean: (x: number[], y: number[]) => Math.sqrt(sum(x, y, (d) => d * d)),
    angular: (x: number[], y: number[]) => Math.sqrt(2 - 2 * cosine(x, y)),
    manhattan: (x: number[], y: number[]) => sum(x, y, Math.abs),
    dot,
    hamming: (x: number[], y: number[]) => x.filter((v, j) => v > 0.5 !== y[j]! > 0.5).length,
  };
  const arrays = asArrays(data, cols);
  const query = asArrays(clusteredRows(20, cols, 10, 5), cols);
  mkdirSync(at('metrics'));
  for (const [metric, distance] of Object.entries(defined) as [keyof typeof defined, typeof dot][]) {
    const index = await buildAnnoy(dense, { path: at(`metrics/${metric}.ann`), metric, trees: 4 });
    const found = await index.search(query, { k: 7, searchK: everything });
    const sign = metric === 'dot' ? -1 : 1;
    for (const [i, x] of query.entries()) {
      const wanted = arrays.map((y) => sign * distance(x, y)).sort((a, b) => a - b);
      for (let j = 0; j < 7; j++) {
        const at = i * 7 + j;
        expect(found.distance[at]! / (sign * wanted[j]!) || 1).toBeCloseTo(1, 4);
        expect(distance(x, arrays[found.index[at]!]!) / found.distance[at]! || 1).toBeCloseTo(1, 4);
      }
    }
  }
  expect(readdirSync(at('metrics'))).toHaveLength(10);
  rmSync(at('metrics'), { recursive: true });
});
