/** Matrices on disk: made, opened, read and written. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findNearest, makeReference } from '../../../src/native/neighbors.js';
import { createMatrix } from '../../../src/storage/matrix/create-matrix.js';
import { openMatrix } from '../../../src/storage/matrix/open-matrix.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-matrix-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('cells lie column after column, without a head', () => {
  const m = createMatrix(join(folder, 'm'), {
    rows: 2,
    cols: 3,
    type: 'int32',
    data: [
      [1, 2, 3],
      [4, null, 6],
    ],
  });
  const bytes = readFileSync(join(folder, 'm.bin'));
  expect([...new Int32Array(new Uint8Array(bytes).buffer)]).toEqual([1, 4, 2, -(2 ** 31), 3, 6]);
  expect(m.get(1, 1)).toBe(null);
  expect(m.get(1, 2)).toBe(6);
  m.set(0, 0, -7);
  expect(openMatrix(join(folder, 'm.desc')).get(0, 0)).toBe(-7);
});

test('a block comes back in the order it is asked for', async () => {
  const m = createMatrix(join(folder, 'm'), { rows: 3, cols: 2 });
  await m.write(Float64Array.of(1, 2, 3, 4, 5, 6));
  expect((await m.read()).data).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
  expect((await m.read({ order: 'F' })).data).toEqual(Float64Array.of(1, 3, 5, 2, 4, 6));
  expect(await m.row(1)).toEqual(Float64Array.of(3, 4));
  expect(await m.column(1)).toEqual(Float64Array.of(2, 4, 6));
  expect((await m.read({ rows: { first: 1, end: 3 }, cols: [1, 0] })).data).toEqual(
    Float64Array.of(4, 3, 6, 5),
  );
  await m.write([[7, null]], { row: 2 });
  expect([m.get(2, 0), m.get(2, 1)]).toEqual([7, null]);
  await m.flush();
  m.close();
  expect(() => m.get(0, 0)).toThrow(/was closed/);
});

test('separated columns have a file each, and a sub-matrix honours its offsets', async () => {
  for (const separated of [false, true]) {
    const m = createMatrix(join(folder, `s${separated}`), { rows: 5, cols: 4, type: 'float32', separated });
    await m.write(Array.from({ length: 20 }, (_, i) => i));
    const part = m.subMatrix({ rows: { first: 1, end: 4 }, cols: { first: 2, end: 4 } });
    expect([...(await part.read()).data]).toEqual([6, 7, 10, 11, 14, 15]);
    const again = openMatrix(part.descriptor);
    expect([...(await again.read()).data]).toEqual([6, 7, 10, 11, 14, 15]);
    expect(await again.fingerprint()).toBe(await part.fingerprint());
  }
  expect(statSync(join(folder, 'strue.bin_column_3')).size).toBe(20);
});

test('a search runs over the rows of a file', async () => {
  const m = createMatrix(join(folder, 'm'), {
    rows: 6,
    cols: 2,
    data: Float64Array.of(1, 1, 2, 1, 1, 2, 2, 2, 3, 2, 4, 3),
  });
  const reference = await makeReference(m.points(), { metric: 'euclidean' });
  const found = await findNearest(reference, { queries: null, first: 0, end: 6, excludeSelf: true }, 2);
  expect([...found.index].map((i) => i + 1)).toEqual([2, 3, 1, 4, 1, 4, 2, 3, 4, 2, 5, 4]);
});

test('a binary descriptor opens as the text does', () => {
  const options = { rows: 2, cols: 2, type: 'int16', colNames: ['a', 'ß'] } as const;
  const text = createMatrix(join(folder, 't'), options);
  createMatrix(join(folder, 'b'), { ...options, binaryDescriptor: true });
  const binary = openMatrix(join(folder, 'b.desc'));
  expect(binary.descriptor).toEqual({ ...text.descriptor, filename: 'b.bin' });
});

test('what is written in many pieces arrives whole, in either order', async () => {
  const rows = 100_000;
  const cols = 7;
  const m = createMatrix(join(folder, 'm'), { rows, cols });
  const values = Float64Array.from({ length: rows * cols }, (_, i) => i);
  const check = async (order: 'C' | 'F') => {
    const { data } = await m.read({ order });
    expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(values.buffer))).toBe(0);
  };
  await m.write(values);
  await check('C');
  await m.write(values, { order: 'F' });
  await check('F');
  await m.write([...values]);
  await check('C');
  await m.write([...values], { order: 'F' });
  await check('F');
  await m.write(Array.from({ length: rows }, (_, row) => [...values.subarray(row * cols, (row + 1) * cols)]));
  await check('C');
  await m.write(
    Int32Array.from({ length: 2 * rows }, (_, i) => -i),
    { col: 5, cols: 2 },
  );
  expect([m.get(rows - 1, 4), m.get(rows - 1, 5), m.get(rows - 1, 6)]).toEqual([
    rows * cols - 3,
    2 - 2 * rows,
    1 - 2 * rows,
  ]);
});

test('a task of a matrix can be cancelled, and does not hold up this thread', async () => {
  const m = createMatrix(join(folder, 'm'), { rows: 4_000_000, cols: 8 });
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await m.fingerprint();
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
  const controller = new AbortController();
  const reading = m.fingerprint({ signal: controller.signal });
  setTimeout(() => {
    controller.abort();
  }, 5);
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
});
