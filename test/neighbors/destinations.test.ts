/** Searches from and into matrices on disk: every way to name one, the contracts of destinations, and streaming. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createMatrix, knn, openMatrix, radiusSearch, tbl } from 'spillway';
import type { CreateMatrixOptions, FileMatrix } from 'spillway';

const folder = mkdtempSync(join(tmpdir(), 'destinations-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let made = 0;
function matrix(options: CreateMatrixOptions): FileMatrix {
  made += 1;
  return createMatrix(join(folder, `m${String(made)}`), options);
}

const rows = [
  [1, 0],
  [0, 1],
  [1, 1],
  [2, 1],
];
const reference = matrix({ rows: 4, cols: 2, data: rows });

const column = (length: number, type: CreateMatrixOptions['type']): FileMatrix =>
  matrix({ rows: length, cols: 1, type: type ?? 'float64' });

async function values(m: FileMatrix): Promise<number[]> {
  return [...(await m.read()).data].map(Number);
}

test('a reference: a live matrix, its descriptor, or the path of that', async () => {
  const expected = await knn(rows, { k: 2 });
  for (const given of [
    reference,
    reference.descriptor,
    reference.path!,
    openMatrix(reference.path!, { readOnly: true }),
  ]) {
    const found = await knn(given, { k: 2 });
    expect(found.index).toEqual(expected.index);
    expect(found.distance).toEqual(expected.distance);
  }
  const sub = matrix({
    rows: 6,
    cols: 4,
    data: Array.from({ length: 24 }, (_, i) => (i * 7) % 11),
    type: 'int32',
  });
  const part = sub.subMatrix({ rows: { first: 1, end: 6 }, cols: { first: 1, end: 3 } });
  const { data } = await part.read();
  const dense = { data: Float64Array.from(data as Int32Array), rows: 5, cols: 2 };
  expect((await knn(part, { k: 3 })).index).toEqual((await knn(dense, { k: 3 })).index);
  expect((await knn(part.descriptor, { query: part, k: 3 })).index).toEqual(
    (await knn(dense, { query: dense, k: 3 })).index,
  );
});

test('missing values of a matrix are missing', async () => {
  const m = matrix({ rows: 3, cols: 1, type: 'int16', data: [1, null, 3] });
  await expect(knn(m, { k: 1 })).rejects.toThrow(/row 1/);
  expect([...(await knn(m, { k: 1, missing: 'skip' })).index]).toEqual([2, 0xffff_ffff, 0]);
});

test.each(['int32', 'float64'] as const)('results go into matrices of %s and float64', async (type) => {
  const expected = await knn(rows, { k: 2, base: 1 });
  const index = matrix({ rows: 4, cols: 2, type });
  const distance = matrix({ rows: 4, cols: 2 });
  const found = await knn(reference, { k: 2, base: 1, into: { index, distance: distance.path! } });
  expect(found).toMatchObject({
    rows: 4,
    k: 2,
    metric: 'euclidean',
    into: { index: index.path, distance: distance.path },
  });
  expect(found).not.toHaveProperty('index');
  expect(await values(index)).toEqual([...expected.index]);
  expect(await values(distance)).toEqual([...expected.distance]);
  const single = column(9, type);
  await knn(reference, { k: 2, base: 1, into: { index: single.descriptor } });
  expect(await values(single)).toEqual([...expected.index, 0]);
});

test('cells without a neighbour: −1, or what R calls missing', async () => {
  const data = [1, null, 3];
  const gaps = matrix({ rows: 3, cols: 1, data });
  for (const type of ['int32', 'float64'] as const) {
    const zero = column(3, type);
    const one = column(3, type);
    const distance = column(3, 'float64');
    await knn(gaps, { k: 1, missing: 'skip', into: { index: zero, distance } });
    await knn(gaps, { k: 1, missing: 'skip', base: 1, into: { index: one } });
    expect([zero.get(0, 0), zero.get(1, 0), zero.get(2, 0)]).toEqual([2, -1, 0]);
    expect([one.get(0, 0), one.get(1, 0), one.get(2, 0)]).toEqual([3, null, 1]);
    expect(distance.get(1, 0)).toBeNaN();
  }
});

test('matches within a radius go into single columns', async () => {
  for (const type of ['int32', 'float64'] as const) {
    const index = column(6, type);
    const distance = column(8, 'float64');
    const offset = column(5, type);
    const found = await radiusSearch(reference, { radius: 1.1, base: 1, into: { index, distance, offset } });
    expect(found).toMatchObject({ rows: 4, radius: 1.1, matches: 6 });
    expect(await values(offset)).toEqual([1, 2, 3, 6, 7]);
    expect(await values(index)).toEqual([3, 3, 1, 2, 4, 3]);
    expect(await values(distance)).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
  }
});

test('destinations that are too short for the matches: the error says how many rows are needed', async () => {
  const index = column(5, 'int32');
  const offset = column(5, 'float64');
  const asked = radiusSearch(reference, { radius: 1.1, into: { index, offset } });
  await expect(asked).rejects.toMatchObject({ code: 'limit', detail: { needed: 6, found: 5 } });
  expect(await values(offset)).toEqual([0, 0, 0, 0, 0]);
});

const files = (): Map<string, string> =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));

test('what cannot take the results is refused before anything is written', async () => {
  const index = matrix({ rows: 4, cols: 2, type: 'int32' });
  const distance = matrix({ rows: 4, cols: 2 });
  const hard = matrix({ rows: 4, cols: 2, type: 'float64' });
  const refused: [object, RegExp][] = [
    [{ distance }, /into.index is missing beside distance/],
    [{ index: matrix({ rows: 4, cols: 2, type: 'int16' }) }, /holds int16; it must hold int32 or float64/],
    [
      { index, distance: matrix({ rows: 4, cols: 2, type: 'float32' }) },
      /holds float32; it must hold float64/,
    ],
    [
      { index: matrix({ rows: 5, cols: 2, type: 'int32' }) },
      /is 5 × 2; it must be 4 × 2, or be a single column of at least 8 rows/,
    ],
    [{ index: matrix({ rows: 4, cols: 3, type: 'int32' }) }, /is 4 × 3/],
    [{ index: column(7, 'int32') }, /is 7 × 1/],
    [{ index: openMatrix(index.path!, { readOnly: true }) }, /read-only/],
    [{ index: hard, distance: hard.path! }, /into.index and into.distance are the same file/],
    [{ index: reference }, /which the search reads/],
    [{ index: 7 }, /into.index must be a matrix/],
    [{ index, distances: distance }, /no option "distances"; did you mean "distance"/],
  ];
  const before = files();
  for (const [into, message] of refused) {
    const asked = knn(reference, { k: 2, into: into as { index: FileMatrix } });
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toMatchObject({ code: 'argument' });
  }
  await expect(
    radiusSearch(reference, { radius: 1, into: { index: column(9, 'int32'), offset: column(4, 'float64') } }),
  ).rejects.toThrow(/into.offset .* is 4 × 1; it must be a single column of 5 rows/);
  await expect(
    radiusSearch(reference, { radius: 1, into: { index, offset: column(5, 'float64') } }),
  ).rejects.toThrow(/must be a single column/);
  for (const [name, content] of before) expect(files().get(name), name).toBe(content);
  await expect(knn(reference, { k: 2, into: { index: join(folder, 'none.desc') } })).rejects.toMatchObject({
    code: 'io',
  });
});

/** Rows that a generator of our own gives. */
function randomRows(count: number, cols: number): { data: Float64Array; rows: number; cols: number } {
  const data = new Float64Array(count * cols);
  let u = 42;
  for (let i = 0; i < data.length; i++) {
    u = (Math.imul(u, 1664525) + 1013904223) >>> 0;
    data[i] = (u >>> 8) / 2 ** 24 - 0.5;
  }
  return { data, rows: count, cols };
}

test('streams through little memory, from a file larger than it, with the same results', async () => {
  const dense = randomRows(6000, 8);
  const big = matrix({ rows: 6000, cols: 8, data: dense.data });
  const expected = await knn(dense, { k: 5 });
  const around = await radiusSearch(dense, { radius: 0.35 });
  for (const memory of ['64KB', '200KB', '4MB']) {
    const index = matrix({ rows: 6000, cols: 5, type: 'int32' });
    const distance = matrix({ rows: 6000, cols: 5 });
    const { plan } = await knn(big, { k: 5, memory, into: { index, distance } });
    expect((await values(index)).every((row, i) => row === expected.index[i])).toBe(true);
    expect((await values(distance)).every((d, i) => Object.is(d, expected.distance[i]))).toBe(true);
    expect(plan.cost.tier).toBe(memory === '4MB' ? 'resident' : 'blocks');
    const matches = column(around.index.length, 'float64');
    const lengths = column(around.index.length, 'float64');
    const offset = column(6001, 'float64');
    await radiusSearch(big, { radius: 0.35, memory, into: { index: matches, distance: lengths, offset } });
    expect((await values(offset)).every((at, i) => at === around.offset[i])).toBe(true);
    expect((await values(matches)).every((row, i) => row === around.index[i])).toBe(true);
    expect((await values(lengths)).every((d, i) => Object.is(d, around.distance[i]))).toBe(true);
  }
});

test('a query with more rows than the memory holds goes through a temporary matrix', async () => {
  const count = 5000;
  const dense = randomRows(count, 2);
  const query = tbl({
    x: Array.from({ length: count }, (_, i) => dense.data[2 * i]!),
    y: Array.from({ length: count }, (_, i) => dense.data[2 * i + 1]!),
  });
  const found = await knn(query, { k: 3, memory: '48KB' });
  const expected = await knn(dense, { k: 3 });
  expect(found.index).toEqual(expected.index);
  expect(found.distance).toEqual(expected.distance);
});

test('progress comes as queries are answered', async () => {
  const index = matrix({ rows: 2000, cols: 5, type: 'int32' });
  const seen: number[] = [];
  await knn(randomRows(2000, 40), {
    k: 5,
    threads: 1,
    method: 'direct',
    into: { index },
    onProgress: ({ rows: done, fraction }) => {
      seen.push(done);
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThanOrEqual(1);
    },
  });
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(2000);
});
