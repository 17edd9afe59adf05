/** knn over rows in memory: worked examples, what is asked checked before any work, and the shapes of results. */
import { expect, test } from 'vitest';
import { knn, knnPlan, noNeighbor, tbl } from 'spillway';

const grid = [
  [1, 1],
  [2, 1],
  [1, 2],
  [2, 2],
  [3, 2],
  [4, 3],
];

/** Rows of k numbers each. */
function inRows(values: ArrayLike<number>, k: number): number[][] {
  return Array.from({ length: values.length / k }, (_, i) =>
    Array.from({ length: k }, (_, j) => values[i * k + j]!),
  );
}

test('a row is none of its own neighbours, and ties go to the lower row', async () => {
  const found = await knn(grid, { k: 2, base: 1 });
  expect(inRows(found.index, 2)).toEqual([
    [2, 3],
    [1, 4],
    [1, 4],
    [2, 3],
    [4, 2],
    [5, 4],
  ]);
  expect(inRows(found.distance, 2)).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
    [1, 1],
    [1, Math.SQRT2],
    [Math.SQRT2, Math.sqrt(5)],
  ]);
  expect(found).toMatchObject({ rows: 6, k: 2, metric: 'euclidean', exact: true });
});

test('queries of their own find the rows nearest to them', async () => {
  const query = [
    [1.2, 1.1],
    [2.8, 2.2],
  ];
  const found = await knn(grid, { query, k: 3, base: 1 });
  expect([...found.index.subarray(0, 3)]).toEqual([1, 2, 3]);
  expect([...found.distance.subarray(0, 3)].map((d) => d.toFixed(4))).toEqual(['0.2236', '0.8062', '0.9220']);
  expect(found.index[3]).toBe(5);
  expect(found.distance[3]!.toFixed(4)).toBe('0.2828');
});

test('the nearest of each row in two clusters', async () => {
  const rows = [
    [0, 0],
    [0.3, 0],
    [1.2, 0],
    [4, 4],
    [4.3, 4.1],
    [5.2, 4],
  ];
  const { index, distance } = await knn(rows, { k: 1, base: 1 });
  expect([...index]).toEqual([2, 1, 2, 5, 4, 5]);
  expect([...distance].map((d) => Number(d.toFixed(7)))).toEqual([
    0.3, 0.3, 0.9, 0.3162278, 0.3162278, 0.9055385,
  ]);
});

test('excludeSelf goes by the number of the row: equal rows stay', async () => {
  const rows = [[1], [1], [5]];
  expect([...(await knn(rows, { k: 1 })).index]).toEqual([1, 0, 0]);
  expect([...(await knn(rows, { k: 1, excludeSelf: false })).index]).toEqual([0, 0, 2]);
  expect([...(await knn(rows, { query: rows, k: 1 })).index]).toEqual([0, 0, 2]);
  expect([...(await knn(rows, { query: rows, k: 1, excludeSelf: true })).index]).toEqual([1, 0, 0]);
});

test('a reference in every form gives the same', async () => {
  const expected = await knn(grid, { k: 3 });
  const columns = { x: grid.map(([x]) => x!), y: grid.map(([, y]) => y!), name: grid.map((_, i) => `r${i}`) };
  const query = tbl(columns);
  const forms = [
    { data: Float64Array.from(grid.flat()), rows: 6, cols: 2 },
    { data: Float32Array.from(grid.flat()), rows: 6, cols: 2 },
    query.select('x', 'y'),
    { query, columns: ['x', 'y'] },
    await query.select('x', 'y').collect(),
    { query: await query.collect(), columns: ['x', 'y'] },
  ];
  for (const form of forms) {
    const found = await knn(form, { k: 3 });
    expect(found.index).toEqual(expected.index);
    expect(found.distance).toEqual(expected.distance);
  }
});

test('sparse queries are rows with the zeros left out', async () => {
  const query = { indptr: [0, 2, 2, 3], indices: [0, 1, 1], values: [3, 2, 3], cols: 2 };
  const dense = [
    [3, 2],
    [0, 0],
    [0, 3],
  ];
  expect((await knn(grid, { query, k: 2 })).index).toEqual((await knn(grid, { query: dense, k: 2 })).index);
});

test.each([
  [{ indptr: [0, 1], indices: [2], values: [1] }, /column 2/],
  [{ indptr: [0, 2], indices: [1, 0], values: [1, 1] }, /row 0/],
  [{ indptr: [0, 2, 1], indices: [0], values: [1] }, /goes back|from 0 to 1/],
  [{ indptr: [0, 1], indices: [0.5], values: [1] }, /0\.5|whole/],
  [{ indptr: [0, 1], indices: [0], values: [] }, /1 indices|values/],
])('sparse rows that cannot be are refused: %j', async (sparse, message) => {
  const asked = knn(grid, { query: { ...sparse, cols: 2 }, k: 1 });
  await expect(asked).rejects.toThrow(message);
  await expect(asked).rejects.toMatchObject({ code: 'argument' });
});

test('no queries, no results', async () => {
  const found = await knn(grid, { query: { data: new Float64Array(0), rows: 0, cols: 2 }, k: 2 });
  expect(found).toMatchObject({ rows: 0, index: new Uint32Array(0), distance: new Float64Array(0) });
});

test('rows that cannot be compared are an error that names the row, or are left out', async () => {
  const rows = [[1], [Number.NaN], [2], [Number.POSITIVE_INFINITY]];
  await expect(knn(rows, { k: 1 })).rejects.toMatchObject({ code: 'data' });
  await expect(knn(rows, { k: 1 })).rejects.toThrow(/row 1/);
  const { index, distance } = await knn(rows, { k: 2, missing: 'skip' });
  expect(inRows(index, 2)).toEqual([
    [2, noNeighbor],
    [noNeighbor, noNeighbor],
    [0, noNeighbor],
    [noNeighbor, noNeighbor],
  ]);
  expect([...distance].filter((d) => !Number.isNaN(d))).toEqual([1, 1]);
  const { index: fromOne } = await knn(rows, { k: 2, missing: 'skip', base: 1 });
  expect([...fromOne.subarray(0, 2)]).toEqual([3, noNeighbor]);
});

test('nulls of a query are missing', async () => {
  const query = tbl([{ x: 1 }, { x: null }, { x: 3 }]);
  await expect(knn(query, { k: 1 })).rejects.toThrow(/row 1/);
  expect([...(await knn(query, { k: 1, missing: 'skip' })).index]).toEqual([2, noNeighbor, 0]);
});

test.each([
  ['k beyond the rows', { k: 7, excludeSelf: false }, /k is 7.*6 rows.*at most 6/],
  ['k beyond the others', { k: 6 }, /none of its own neighbours; at most 5/],
  ['k that is no whole number', { k: 1.5 }, /k must be a whole number from 1, not 1.5/],
  [
    'another number of columns',
    { k: 1, query: [[1, 2, 3]] },
    /the query .* has 3 columns, the reference .* has 2/,
  ],
  [
    'a metric that there is not',
    { k: 1, metric: 'euclidian' as 'euclidean' },
    /no metric "euclidian"; did you mean "euclidean"/,
  ],
  ['minkowski without its exponent', { k: 1, metric: 'minkowski' as 'cosine' }, /minkowski: 3/],
  ['an exponent below 1', { k: 1, metric: { minkowski: 0.5 } }, /at least 1, not 0.5/],
  ['an option that there is not', { k: 1, metrik: 'cosine' }, /no option "metrik"; did you mean "metric"/],
  [
    'excludeSelf with foreign queries',
    { k: 1, query: [[1, 2]], excludeSelf: true },
    /the query is not the reference/,
  ],
  ['a base that there is not', { k: 1, base: 2 as 1 }, /base must be one of 0, 1/],
  ['a method that there is not', { k: 1, method: 'dierct' as 'direct' }, /did you mean "direct"/],
])('%s is refused', async (_, options, message) => {
  await expect(knn(grid, options)).rejects.toMatchObject({ code: 'argument' });
  await expect(knn(grid, options)).rejects.toThrow(message);
});

test('what is no rows of numbers is refused in words', async () => {
  await expect(knn([], { k: 1 })).rejects.toThrow(/the reference has no rows/);
  await expect(knn([[1], [1, 2]], { k: 1 })).rejects.toThrow(
    /row 1 of the reference has 2 numbers, row 0 has 1/,
  );
  await expect(knn({ data: new Float64Array(5), rows: 3, cols: 2 }, { k: 1 })).rejects.toThrow(
    /holds 6 numbers; its data has 5/,
  );
  await expect(knn({ data: new Float64Array(0), rows: 0, cols: 2 }, { k: 1 })).rejects.toThrow(/has no rows/);
  await expect(knn(tbl([{ a: 'x' }]), { k: 1 })).rejects.toMatchObject({ code: 'type' });
  await expect(knn({ query: tbl([{ a: 1 }]), columns: ['b'] }, { k: 1 })).rejects.toMatchObject({
    code: 'plan',
  });
  await expect(knn([[1, 2, 3]], { k: 1, excludeSelf: false, metric: 'haversine' })).rejects.toThrow(
    /latitude and longitude/,
  );
});

test('a signal stops a search', async () => {
  await expect(knn(grid, { k: 1, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
});

test('a plan settles metric, memory, threads and method', async () => {
  const rows = Array.from({ length: 160 }, (_, i) => [i + 1, (i % 7) + 1, (i % 11) + 0.5, (i % 13) + 2]);
  const plan = knnPlan(rows, { memory: '64KB', threads: 2, metric: 'sqeuclidean', k: 4 });
  expect(plan).toMatchObject({
    memory: 65536,
    metric: 'sqeuclidean',
    rows: 160,
    cols: 4,
    queries: 160,
    k: 4,
  });
  expect(plan.cost.peakMemory).toBeLessThanOrEqual(65536);
  expect(JSON.parse(JSON.stringify(plan))).toMatchObject({ memory: 65536, blockRows: plan.blockRows });
  expect(String(plan)).toMatch(/exact search, sqeuclidean, k = 4\n.*160 rows × 4/);
  const planned = await knn(rows, { k: 4, plan });
  const free = await knn(rows, { k: 4, metric: 'sqeuclidean' });
  expect(planned.index).toEqual(free.index);
  expect(planned.distance).toEqual(free.distance);
  await expect(knn(rows, { k: 4, plan, metric: 'cosine' })).rejects.toThrow(/settled by the plan/);
});
