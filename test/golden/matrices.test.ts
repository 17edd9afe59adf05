/** Matrices as R's bigmemory leaves them, byte for byte: every type, form of descriptor and missing value. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { tblMatrix } from '../../src/index.js';
import { descriptorText } from '../../src/storage/matrix/descriptor-text.js';
import type { MatrixType } from '../../src/storage/matrix/matrix-types.js';
import { openMatrix, readDescriptor } from '../../src/storage/matrix/open-matrix.js';
import { descriptorRds } from '../../src/storage/matrix/rds-writer.js';

const folder = fileURLToPath(new URL('matrices/', import.meta.url));
const open = (name: string) => openMatrix(join(folder, name), { readOnly: true });

const types: readonly (readonly [string, MatrixType])[] = [
  ['char', 'int8'],
  ['short', 'int16'],
  ['raw', 'uint8'],
  ['integer', 'int32'],
  ['float', 'float32'],
  ['double', 'float64'],
];

test.each(types)('%s is %s: cell (r, c) holds 10 r + c, (2, 1) is missing', async (r, type) => {
  const m = open(`${r}.desc`);
  expect([m.rows, m.cols, m.type, m.separated]).toEqual([4, 3, type, false]);
  for (let row = 0; row < 4; row += 1) {
    for (let col = 0; col < 3; col += 1) {
      const missing = row === 2 && col === 1 && type !== 'uint8';
      expect(m.get(row, col)).toBe(missing ? null : 10 * row + col);
    }
  }
  expect((await tblMatrix(m).rows())[2]).toEqual({ V1: 20, V2: type === 'uint8' ? 21 : null, V3: 22 });
  expect([...(await m.row(3))]).toEqual([30, 31, 32]);
});

test('only the payload that R gives NA is missing in a double; other NaNs are values', async () => {
  const m = open('missing-double.desc');
  expect([0, 1, 2, 3].map((row) => m.get(row, 0))).toEqual([null, null, Number.NaN, Number.NaN]);
  expect(await tblMatrix(m).pull('x')).toEqual([null, null, Number.NaN, Number.NaN]);
});

test('both forms of a missing float are missing', async () => {
  const m = open('missing-float.desc');
  expect([0, 1, 2, 3].map((row) => m.get(row, 0))).toEqual([null, null, Number.NaN, 1.5]);
  expect(await tblMatrix(m).pull('x')).toEqual([null, null, Number.NaN, 1.5]);
  expect(await m.column(0)).toEqual(Float32Array.of(Number.NaN, Number.NaN, Number.NaN, 1.5));
});

test('descriptors of old versions: a structure with .Names, and no folder', () => {
  const m = open('old-form.desc');
  expect(m.rowNames).toEqual(['p', 'q', 'r', 's']);
  expect(m.colNames).toEqual(['u', 'v', 'w']);
  expect(m.get(3, 'w')).toBe(32);
});

test('a sub-matrix is addressed by the rows of the whole', async () => {
  const m = open('sub-matrix.desc');
  expect([...(await m.read()).data].map((x) => (Number.isNaN(x) ? null : x))).toEqual([11, 12, null, 22]);
});

test('separated columns, and names that need escapes', async () => {
  const m = open('separated.desc');
  expect(m.colNames).toEqual(['a b', '"q"', '\\']);
  expect([...(await m.read({ cols: ['"q"', 0] })).data]).toEqual([1, 0, 11, 10, 21, 20, 31, 30]);
});

test.each(['binary-v2.desc', 'binary-v3.desc', 'binary-plain.desc'])('%s', (name) => {
  const m = open(name);
  expect(m.colNames).toEqual(['x', 'ß', 'z']);
  expect(m.rowNames).toBe(null);
  expect([m.get(3, 2), m.get(2, 1)]).toEqual([32, null]);
});

test.each(['missing-double.desc', 'missing-float.desc'])('%s is written as R writes it', (name) => {
  const path = join(folder, name);
  expect(descriptorText(readDescriptor(path))).toBe(readFileSync(path, 'utf8'));
});

test('a binary descriptor is written as R serialises it', () => {
  const path = join(folder, 'binary-plain.desc');
  const written = gunzipSync(descriptorRds(readDescriptor(path)));
  expect(written.equals(readFileSync(path))).toBe(true);
});
