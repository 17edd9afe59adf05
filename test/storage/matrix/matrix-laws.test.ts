/** Laws of matrices: what is written is read, whatever the type, the layout, the order and the block. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tblMatrix } from '../../../src/index.js';
import { createMatrix } from '../../../src/storage/matrix/create-matrix.js';
import type { FileMatrix } from '../../../src/storage/matrix/file-matrix.js';
import type { MatrixType } from '../../../src/storage/matrix/matrix-types.js';
import { matrixTypes } from '../../../src/storage/matrix/matrix-types.js';
import { openMatrix } from '../../../src/storage/matrix/open-matrix.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-matrix-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Cell = number | null;

const missing = fc.constant(null);
/** Values that the type holds, its limits among them. */
const cellsOf: Readonly<Record<MatrixType, fc.Arbitrary<Cell>>> = {
  int8: fc.oneof(fc.integer({ min: -127, max: 127 }), missing),
  int16: fc.oneof(fc.integer({ min: -32_767, max: 32_767 }), missing),
  uint8: fc.integer({ min: 0, max: 255 }),
  int32: fc.oneof(fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }), missing),
  float32: fc.oneof(
    fc.float().filter((x) => x !== 2 ** -126),
    missing,
  ),
  float64: fc.oneof(fc.double(), missing),
};

/** Values that it does not hold. */
const misfits: Readonly<Record<MatrixType, readonly Cell[]>> = {
  int8: [-128, 128, 0.5, Number.NaN, Number.POSITIVE_INFINITY],
  int16: [-32_768, 32_768, -0.25, Number.NaN],
  uint8: [-1, 256, 1.5, Number.NaN, null],
  int32: [-(2 ** 31), 2 ** 31, 1e-9, Number.NaN, Number.NEGATIVE_INFINITY],
  float32: [1e39, -4e38, 2 ** -126],
  float64: [],
};

interface Case {
  readonly type: MatrixType;
  readonly rows: number;
  readonly cols: number;
  readonly cells: readonly Cell[];
  readonly separated: boolean;
}

const cases = fc
  .record({
    type: fc.constantFrom(...matrixTypes),
    rows: fc.integer({ min: 1, max: 70 }),
    cols: fc.integer({ min: 1, max: 20 }),
    separated: fc.boolean(),
  })
  .chain((shape) =>
    fc
      .array(cellsOf[shape.type], { minLength: shape.rows * shape.cols, maxLength: shape.rows * shape.cols })
      .map((cells): Case => ({ ...shape, cells })),
  );

const range = (total: number) =>
  fc.tuple(fc.nat(total), fc.nat(total)).map(([a, b]) => ({ first: Math.min(a, b), end: Math.max(a, b) }));

function newMatrix({ type, rows, cols, separated }: Case): FileMatrix {
  return createMatrix(join(folder, 'law'), { rows, cols, type, separated, overwrite: true });
}

const cellsIn = (m: FileMatrix): Cell[] =>
  Array.from({ length: m.rows * m.cols }, (_, i) => m.get(Math.floor(i / m.cols), i % m.cols));

test('cells come back one by one, in blocks of either order, and through a query', async () => {
  const law = fc.asyncProperty(cases, fc.constantFrom('C', 'F'), async (given, order) => {
    const { rows, cols, cells } = given;
    using m = newMatrix(given);
    const place = (row: number, col: number) => (order === 'C' ? row * cols + col : col * rows + row);
    await m.write(cells, { order });
    const byRow = Array.from(
      { length: rows * cols },
      (_, i) => cells[place(Math.floor(i / cols), i % cols)]!,
    );
    expect(cellsIn(m)).toEqual(byRow);
    const { data } = await m.read({ order });
    cells.forEach((cell, i) => {
      if (cell !== null) expect(data[i]).toBe(cell);
    });
    const table = await tblMatrix(m).collect();
    expect(table.toArray().flatMap((row) => Object.values(row))).toEqual(byRow.map((cell) => cell ?? null));
    // What was read can be written as it is.
    using copy = createMatrix(join(folder, 'copy'), { rows, cols, type: m.type, overwrite: true });
    await copy.write(data, { order });
    if (m.type !== 'float32') expect(await copy.fingerprint()).toBe(await m.fingerprint());
  });
  await fc.assert(law, { numRuns: 60 });
});

test('a part is the part of the whole, read or opened', async () => {
  const law = fc.asyncProperty(
    cases.chain((given) => fc.tuple(fc.constant(given), range(given.rows), range(given.cols))),
    async ([given, rows, cols]) => {
      using m = newMatrix(given);
      await m.write(given.cells);
      const whole = cellsIn(m);
      const part: Cell[] = [];
      for (let row = rows.first; row < rows.end; row += 1)
        for (let col = cols.first; col < cols.end; col += 1) part.push(whole[row * m.cols + col]!);
      using sub = m.subMatrix({ rows, cols });
      using again = openMatrix(sub.descriptor);
      expect(cellsIn(sub)).toEqual(part);
      expect(cellsIn(again)).toEqual(part);
      const block = await m.read({ rows, cols });
      expect((await sub.read()).data).toEqual(block.data);
      const listed = Array.from({ length: cols.end - cols.first }, (_, i) => cols.end - 1 - i);
      const columns = listed.map((col) =>
        whole.filter((_, i) => i % m.cols === col).slice(rows.first, rows.end),
      );
      const backwards = await m.read({ rows, cols: listed, order: 'F' });
      columns.flat().forEach((cell, i) => {
        if (cell !== null) expect(backwards.data[i]).toBe(cell);
      });
    },
  );
  await fc.assert(law, { numRuns: 40 });
});

test('a value that does not fit is named, and its piece is not written', async () => {
  for (const type of matrixTypes) {
    for (const value of misfits[type]) {
      using m = createMatrix(join(folder, 'misfit'), { rows: 3, cols: 2, type, overwrite: true });
      const values: Cell[] = [1, 2, 3, value, value, 6];
      await expect(m.write(values), `${type} ${value}`).rejects.toMatchObject({
        code: 'data',
        detail: { row: 1, column: 1, value: String(value) },
      });
      expect(cellsIn(m)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(() => {
        m.set(2, 0, value);
      }).toThrow(/row 2, column 0/);
    }
  }
});

test('a typed array of the own type is written as it is', async () => {
  using m = createMatrix(join(folder, 'own'), { rows: 2, cols: 1, type: 'int8', overwrite: true });
  await m.write(Int8Array.of(-128, 5));
  expect(cellsIn(m)).toEqual([null, 5]);
  await expect(m.write(Int16Array.of(-128, 5))).rejects.toMatchObject({ code: 'data' });
});

test('equal content has equal fingerprints, other content another', async () => {
  const law = fc.asyncProperty(cases, fc.nat(), async (given, at) => {
    using a = newMatrix({ ...given, separated: false });
    using b = createMatrix(join(folder, 'other'), {
      rows: given.rows,
      cols: given.cols,
      type: given.type,
      separated: true,
      overwrite: true,
    });
    await a.write(given.cells);
    await b.write(given.cells);
    expect(await b.fingerprint()).toBe(await a.fingerprint());
    const row = at % given.rows;
    const old = b.get(row, 0);
    b.set(row, 0, old === 1 ? 2 : 1);
    expect(await b.fingerprint()).not.toBe(await a.fingerprint());
    expect(await b.hashRange(0, row)).toBe(await a.hashRange(0, row));
    expect(await b.hashRange(row, given.rows)).not.toBe(await a.hashRange(row, given.rows));
  });
  await fc.assert(law, { numRuns: 40 });
});
