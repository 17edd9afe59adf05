/** Files of matrices: they appear whole, are never overwritten by chance, and are believed no further than they go. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { injectFileFault } from '../../../src/storage/disk-file.js';
import { createMatrix } from '../../../src/storage/matrix/create-matrix.js';
import { openMatrix } from '../../../src/storage/matrix/open-matrix.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-matrix-'));
});
afterEach(() => {
  injectFileFault(undefined);
  rmSync(folder, { recursive: true });
});

const errorOf = (call: () => unknown): EngineError => {
  try {
    call();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('a file takes room only where something was written', () => {
  const m = createMatrix(join(folder, 'm'), { rows: 1e9, cols: 3 });
  m.set(999_999_999, 2, 5);
  expect([m.get(999_999_999, 2), m.get(0, 0)]).toEqual([5, 0]);
  const { size, blocks } = statSync(join(folder, 'm.bin'));
  expect(size).toBe(24e9);
  expect(blocks * 512).toBeLessThan(1e6);
});

test('what is there is replaced only on request', () => {
  createMatrix(join(folder, 'm'), { rows: 1, cols: 1, data: [7] }).close();
  for (const name of ['m', 'm.bin', 'm.desc']) {
    const error = errorOf(() => createMatrix(join(folder, name), { rows: 2, cols: 2 }));
    expect([error.code, error.message]).toEqual([
      'io',
      expect.stringMatching(/exists; give overwrite: true/),
    ]);
  }
  expect(openMatrix(join(folder, 'm.desc')).get(0, 0)).toBe(7);
  const replaced = createMatrix(join(folder, 'm'), { rows: 2, cols: 2, overwrite: true });
  expect([replaced.rows, replaced.get(0, 0)]).toEqual([2, 0]);
  expect(readdirSync(folder).sort()).toEqual(['m.bin', 'm.desc']);
});

test('after any failure nothing is there', () => {
  let operations = 0;
  injectFileFault(() => {
    operations += 1;
  });
  const create = (overwrite: boolean) =>
    createMatrix(join(folder, 'm'), { rows: 2, cols: 2, separated: true, data: [1, 2, 3, 4], overwrite });
  create(false).close();
  expect(operations).toBeGreaterThan(10);
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  for (let failing = 0; failing < operations; failing += 1) {
    let at = 0;
    injectFileFault((operation) => {
      at += 1;
      if (at - 1 === failing && operation !== 'remove')
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    });
    let made: { close(): void } | undefined;
    try {
      made = create(false);
    } catch (error) {
      expect(error).toMatchObject({ code: 'no-space' });
    }
    injectFileFault(undefined);
    made?.close();
    const left = readdirSync(folder).sort();
    expect(left).toEqual(made === undefined ? [] : ['m.bin_column_0', 'm.bin_column_1', 'm.desc']);
    for (const name of left) rmSync(join(folder, name));
  }
});

test('what was to be replaced survives as long as its data do', () => {
  createMatrix(join(folder, 'm'), { rows: 1, cols: 1, data: [7] }).close();
  injectFileFault((operation, path) => {
    if (operation === 'rename' && path.endsWith('m.bin'))
      throw Object.assign(new Error('no'), { code: 'EIO' });
  });
  expect(errorOf(() => createMatrix(join(folder, 'm'), { rows: 9, cols: 9, overwrite: true })).code).toBe(
    'io',
  );
  injectFileFault(undefined);
  expect(openMatrix(join(folder, 'm.desc')).get(0, 0)).toBe(7);
  expect(readdirSync(folder).sort()).toEqual(['m.bin', 'm.desc']);
});

test('a failing value leaves nothing, and is named', () => {
  const error = errorOf(() =>
    createMatrix(join(folder, 'm'), {
      rows: 2,
      cols: 2,
      type: 'int8',
      data: [
        [1, 2],
        [3, 200],
      ],
    }),
  );
  expect([error.code, error.detail]).toEqual(['data', { row: 1, column: 1, value: '200' }]);
  expect(readdirSync(folder)).toEqual([]);
});

test('data that are shorter or longer than described are refused, with both sizes', () => {
  createMatrix(join(folder, 'm'), { rows: 4, cols: 2 }).close();
  truncateSync(join(folder, 'm.bin'), 60);
  const short = errorOf(() => openMatrix(join(folder, 'm.desc')));
  expect([short.code, short.detail['bytes'], short.detail['expected']]).toEqual(['format', 60, 64]);
  expect(short.message).toMatch(/truncated/);
  appendFileSync(join(folder, 'm.bin'), 'too much');
  expect(errorOf(() => openMatrix(join(folder, 'm.desc'))).message).toMatch(/longer/);
});

test('a file that is truncated while it is open is an error, not a crash', async () => {
  const m = createMatrix(join(folder, 'm'), { rows: 100_000, cols: 2 });
  truncateSync(join(folder, 'm.bin'), 800_000);
  await expect(m.read()).rejects.toMatchObject({ code: 'format' });
  await expect(m.fingerprint()).rejects.toMatchObject({ code: 'format' });
  expect(errorOf(() => m.get(99_999, 1)).code).toBe('format');
});

test('a matrix moves together with its descriptor', () => {
  mkdirSync(join(folder, 'a'));
  createMatrix(join(folder, 'a', 'm'), { rows: 1, cols: 1, data: [5] }).close();
  renameSync(join(folder, 'a'), join(folder, 'b'));
  const m = openMatrix(join(folder, 'b', 'm.desc'));
  expect(m.get(0, 0)).toBe(5);
  expect(m.descriptor.dirname).toBe(join(folder, 'b/'));
});

test('a descriptor leads out of its folder only where it is allowed to', () => {
  mkdirSync(join(folder, 'data'));
  mkdirSync(join(folder, 'elsewhere'));
  const path = join(folder, 'data', 'm');
  createMatrix(path, { rows: 1, cols: 1, data: [5] }).close();
  const moved = join(folder, 'elsewhere', 'm.desc');
  copyFileSync(`${path}.desc`, moved);
  expect(errorOf(() => openMatrix(moved))).toMatchObject({
    code: 'argument',
    detail: { option: 'allowOutside' },
  });
  expect(openMatrix(moved, { allowOutside: true }).get(0, 0)).toBe(5);

  const text = readFileSync(moved, 'utf8');
  for (const name of ['../data/m.bin', join(folder, 'data', 'm.bin'), '..', '.', '..\\\\m.bin']) {
    writeFileSync(moved, text.replace('"m.bin"', `"${name}"`));
    expect(errorOf(() => openMatrix(moved)).detail['option'], name).toBe('allowOutside');
  }

  const linked = join(folder, 'elsewhere', 'm.bin');
  symlinkSync(join(folder, 'data', 'm.bin'), linked);
  writeFileSync(moved, text.replace(/dirname = "[^"]*"/, 'dirname = "./"'));
  expect(errorOf(() => openMatrix(moved)).message).toMatch(/is a link to/);
  expect(openMatrix(moved, { allowOutside: true }).get(0, 0)).toBe(5);
});

test('what is no regular file is refused without waiting', () => {
  createMatrix(join(folder, 'm'), { rows: 1, cols: 1 }).close();
  rmSync(join(folder, 'm.bin'));
  mkdirSync(join(folder, 'm.bin'));
  expect(errorOf(() => openMatrix(join(folder, 'm.desc'))).code).toBe('io');
  expect(errorOf(() => openMatrix(join(folder, 'nothing.desc'))).code).toBe('io');
  expect(existsSync(join(folder, 'nothing.desc'))).toBe(false);
});

test('a read-only matrix is not written', async () => {
  createMatrix(join(folder, 'm'), { rows: 1, cols: 1 }).close();
  const m = openMatrix(join(folder, 'm.desc'), { readOnly: true });
  expect(
    errorOf(() => {
      m.set(0, 0, 1);
    }).message,
  ).toMatch(/read-only/);
  await expect(m.write([1])).rejects.toMatchObject({ code: 'argument' });
});

test('bad options are named', () => {
  const make = (options: object) => () => createMatrix(join(folder, 'm'), options as never);
  expect(errorOf(make({ rows: 2 })).detail).toEqual({ option: 'cols' });
  expect(errorOf(make({ rows: -1, cols: 2 })).detail).toEqual({ option: 'rows' });
  expect(errorOf(make({ rows: 1, cols: 2, type: 'float46' })).message).toMatch(/did you mean "float64"/);
  expect(errorOf(make({ rows: 1, cols: 2, typo: 1 })).message).toMatch(/no option "typo"/);
  expect(errorOf(make({ rows: 1, cols: 2, colNames: ['a'] })).message).toMatch(/colNames must be 2 texts/);
  expect(errorOf(make({ rows: 2 ** 40, cols: 2 ** 20 })).message).toMatch(/2\^53/);
  expect(errorOf(make({ rows: 1, cols: 2, data: [1, 2, 3] })).message).toMatch(/3 values/);
  expect(errorOf(() => openMatrix(7 as never)).code).toBe('argument');
});
