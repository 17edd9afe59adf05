/** Prepared references: the same answers as the reference, kept in a file that is refused when anything is wrong. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EngineError, knn, openPrepared, prepareReference, radiusSearch } from 'spillway';

const folder = mkdtempSync(join(tmpdir(), 'prepared-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Rows that a generator of our own gives: the same everywhere. */
function randomRows(rows: number, cols: number, seed: number, single = false) {
  const data = single ? new Float32Array(rows * cols) : new Float64Array(rows * cols);
  let u = seed;
  for (let i = 0; i < data.length; i++) {
    u = (Math.imul(u, 1664525) + 1013904223) >>> 0;
    data[i] = (u >>> 8) / 2 ** 24 - 0.5;
  }
  return { data, rows, cols };
}

const cases = [
  { name: 'few columns', rows: randomRows(3000, 3, 1), metric: 'euclidean' },
  { name: 'floats', rows: randomRows(3000, 24, 2, true), metric: 'sqeuclidean' },
  { name: 'cosine', rows: randomRows(2000, 17, 3), metric: 'cosine' },
  { name: 'minkowski', rows: randomRows(800, 5, 4), metric: { minkowski: 3 } },
  { name: 'haversine', rows: randomRows(800, 2, 5), metric: 'haversine' },
] as const;

test.each(cases)(
  '$name: prepared, kept and opened, the answers are those of the reference',
  async ({ name, rows, metric }) => {
    const query = randomRows(50, rows.cols, 99);
    const path = join(folder, `${name}.prepared`);
    const expected = await knn(rows, { query, k: 7, metric });
    const around = await radiusSearch(rows, { query, radius: expected.distance[6]!, metric });
    const prepared = await prepareReference(rows, { metric, path });
    const opened = await openPrepared(path, { reference: rows });
    expect(opened).toMatchObject({ metric, rows: rows.rows, cols: rows.cols, method: prepared.method, path });
    expect(await opened.fingerprint()).toBe(await prepared.fingerprint());
    for (const reference of [prepared, opened]) {
      const found = await knn(reference, { query, k: 7 });
      expect(found.index).toEqual(expected.index);
      expect(found.distance).toEqual(expected.distance);
      expect(found.metric).toEqual(metric);
      const within = await radiusSearch(reference, { query, radius: expected.distance[6]! });
      expect(within.index).toEqual(around.index);
      expect(within.distance).toEqual(around.distance);
      expect((await knn(reference, { k: 2 })).index).toEqual((await knn(rows, { k: 2, metric })).index);
      await reference.close();
      await expect(knn(reference, { k: 1 })).rejects.toThrow(/was closed/);
    }
  },
);

const methods = ['direct', 'tree', 'tile'] as const;
test.each(methods)('an index by %s survives its file', async (method) => {
  const rows = randomRows(1500, 4, 7);
  const path = join(folder, `${method}.prepared`);
  await prepareReference(rows, { method, path });
  const opened = await openPrepared(path, { verify: 'never', threads: 1 });
  expect(opened.method).toBe(method);
  expect(await knn(opened, { k: 5 })).toMatchObject({ index: (await knn(rows, { k: 5 })).index });
});

test('what a reference was prepared for is not asked differently', async () => {
  const prepared = await prepareReference(randomRows(10, 2, 1), { metric: 'cosine' });
  await expect(knn(prepared, { k: 1, metric: 'euclidean' })).rejects.toThrow(
    /asks for euclidean.*prepared for cosine/,
  );
  await expect(knn(prepared, { k: 1, query: [[1, 2, 3]] })).rejects.toThrow(/3 columns/);
  expect(String(prepared)).toMatch(/prepared 10 × 2 float64 in memory: cosine, method/);
});

test('skipped rows stay skipped', async () => {
  const rows = [[1], [Number.NaN], [2]];
  const path = join(folder, 'skip.prepared');
  await expect(prepareReference(rows, { path })).rejects.toMatchObject({ code: 'data' });
  expect(readdirSync(folder).filter((name) => name.includes('skip'))).toEqual([]);
  await prepareReference(rows, { path, missing: 'skip' });
  const opened = await openPrepared(path, { reference: rows });
  expect(opened.missing).toBe('skip');
  const { index } = await knn(opened, { query: [[0]], k: 2 });
  expect([...index]).toEqual([0, 2]);
});

test('a reference that is another one now is refused', async () => {
  const rows = randomRows(100, 3, 11);
  const path = join(folder, 'changed.prepared');
  await prepareReference(rows, { path });
  const other = { ...rows, data: rows.data.slice() };
  other.data[17]! += 2 ** -40;
  await expect(openPrepared(path, { reference: other })).rejects.toMatchObject({ code: 'changed' });
  await expect(openPrepared(path, { reference: other })).rejects.toThrow(/its values have changed/);
  await expect(openPrepared(path, { reference: randomRows(99, 3, 11) })).rejects.toThrow(
    /its shape, 100 × 3, is now 99 × 3/,
  );
});

test('a kept reference is replaced as a whole', async () => {
  const path = join(folder, 'replaced.prepared');
  await prepareReference(randomRows(100, 3, 1), { path });
  const before = readFileSync(path);
  await expect(prepareReference([[Number.NaN]], { path })).rejects.toMatchObject({ code: 'data' });
  expect(readFileSync(path).equals(before)).toBe(true);
  await prepareReference(randomRows(50, 2, 2), { path });
  expect(await openPrepared(path)).toMatchObject({ rows: 50, cols: 2 });
});

test('damage anywhere is found, and is an error of the format', async () => {
  const path = join(folder, 'whole.prepared');
  await prepareReference(randomRows(500, 3, 21), { path, method: 'tree' });
  const whole = readFileSync(path);
  const damaged = join(folder, 'damaged.prepared');
  const open = async (bytes: Uint8Array) => {
    writeFileSync(damaged, bytes);
    return openPrepared(damaged);
  };
  for (const size of [0, 1, 63, 64, 1000, whole.length - 1]) {
    await expect(open(whole.subarray(0, size)), `cut to ${size}`).rejects.toMatchObject({ code: 'format' });
  }
  await expect(open(Buffer.concat([whole, Buffer.alloc(1)]))).rejects.toMatchObject({ code: 'format' });
  const expected = await knn(await openPrepared(path), { k: 2 });
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    // The header byte by byte, then places all over the file.
    const at = i < 64 ? i : Math.floor(((i - 64) / 236) * (whole.length - 64)) + 64;
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 1 << (i % 8);
    try {
      // Bytes between sections mean nothing: then the answers are right.
      expect((await knn(await open(bytes), { k: 2 })).index).toEqual(expected.index);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      expect(error.code, `byte ${at}`).toBe('format');
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(290);
  await expect(openPrepared(join(folder, 'none.prepared'))).rejects.toMatchObject({ code: 'io' });
});
