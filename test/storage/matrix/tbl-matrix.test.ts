/** Matrices as sources of queries. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMatrix, sum, tblMatrix } from '../../../src/index.js';
import { matrixTypes } from '../../../src/storage/matrix/matrix-types.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-matrix-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('every type gives its columns, missing values as null', async () => {
  for (const type of matrixTypes) {
    const last = type === 'uint8' ? 7 : null;
    const data = [
      [1, 2],
      [3, last],
    ];
    const m = createMatrix(join(folder, type), { rows: 2, cols: 2, type, data });
    const table = await tblMatrix(m).collect();
    expect(table.schema.fields.map((field) => [field.name, field.type.kind])).toEqual([
      ['V1', type],
      ['V2', type],
    ]);
    expect(table.toArray()).toEqual([
      { V1: 1, V2: 2 },
      { V1: 3, V2: last },
    ]);
  }
});

test('queries see every page, of separated columns and of sub-matrices too', async () => {
  const rows = 50_000;
  for (const separated of [false, true]) {
    const m = createMatrix(join(folder, `q${separated}`), {
      rows,
      cols: 3,
      separated,
      colNames: ['a', 'b', 'c'],
    });
    await m.write(Float64Array.from({ length: rows * 3 }, (_, i) => i));
    const part = m.subMatrix({ rows: { first: 10_000, end: 45_000 }, cols: { first: 1, end: 3 } });
    const q = tblMatrix<{ b: number; c: number }>(part, { columns: ['c', 'b'] });
    expect(q.schema.names).toEqual(['c', 'b']);
    const [totals] = await q.summarise({ c: sum('c'), b: sum('b') }).rows();
    const mean = (10_000 + 44_999) / 2;
    expect(totals).toEqual({ c: 35_000 * (3 * mean + 2), b: 35_000 * (3 * mean + 1) });
    expect(await q.filter((r) => r.b.eq(3 * 30_000 + 1)).rows()).toEqual([{ c: 90_002, b: 90_001 }]);
  }
});

test('a descriptor and its path do as well as the matrix', async () => {
  const path = join(folder, 'named');
  const m = createMatrix(path, { rows: 1, cols: 2, colNames: ['x', 'y'], data: [[1, 2]] });
  await m.flush();
  expect(await tblMatrix(`${path}.desc`).rows()).toEqual([{ x: 1, y: 2 }]);
  expect(await tblMatrix(m.descriptor).rows()).toEqual([{ x: 1, y: 2 }]);
  expect(() => tblMatrix(join(folder, 'nowhere.desc'))).toThrow(/nowhere\.desc/);
  expect(() => tblMatrix(7 as never)).toThrow(/descriptor/);
});
