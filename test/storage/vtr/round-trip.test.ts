/** Rows written to .vtr files are the rows read from them, whatever their types, numbers and settings. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importRows } from '../../../src/data/import-rows.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { verify } from '../../../src/storage/vtr/verify.js';
import { openVtr } from '../../../src/storage/vtr/vtr-source.js';
import { rowsSource } from '../../exec/table-source.js';
import { everyType, executor, readRows, rowOfEveryType, scratchFolder, writeRows } from './vtr-files.js';

const folder = scratchFolder();
const make = (count: number): object[] => Array.from({ length: count }, (_, i) => rowOfEveryType(i));

async function asRead(rows: readonly object[]): Promise<object[]> {
  const table = await executor.collect(scan(rowsSource(rows, everyType)), {
    int64: 'bigint',
    dates: 'bigint',
  });
  return table.toArray();
}

for (const count of [0, 1, 20, 2500, 40_000]) {
  test(`${String(count)} rows of every type`, async () => {
    const path = join(folder, `every-${String(count)}.vtr`);
    const rows = make(count);
    const written = await writeRows(path, rows, { schema: everyType });
    expect(written.rows).toBe(count);
    expect(written.bytes).toBe(statSync(path).size);
    expect(openVtr(path).rows).toBe(count);
    expect(openVtr(path).schema.fields).toEqual(everyType.fields);
    expect(await readRows(path)).toEqual(await asRead(rows));
    expect((await verify(path)).rows).toBe(count);
  });
}

test('every compression and every way of verifying gives the same rows', async () => {
  const rows = make(5000);
  const expected = await asRead(rows);
  for (const compression of ['none', 'fast', 'small'] as const) {
    const path = join(folder, `${compression}.vtr`);
    await writeRows(path, rows, { schema: everyType, compression });
    for (const check of ['always', 'first', 'never'] as const) {
      expect(await readRows(path, { verify: check })).toEqual(expected);
    }
  }
});

test('the schema is read without reading the rows', async () => {
  const path = join(folder, 'large.vtr');
  await writeRows(
    path,
    Array.from({ length: 60_000 }, (_, i) => ({ x: Math.sqrt(i), y: i })),
  );
  const source = openVtr(path);
  expect(source.label).toBe('large.vtr');
  expect(source.schema.toString()).toBe('{ x: float64, y: float64 }');
  expect(source.bytes).toBe(statSync(path).size);
});

test('a source is read by several queries at a time', async () => {
  const path = join(folder, 'shared.vtr');
  const rows = make(3000);
  await writeRows(path, rows, { schema: everyType });
  const source = openVtr(path);
  const tables = await Promise.all([1, 2, 3].map(() => executor.collect(scan(source, ['int', 'double']))));
  const expected = importRows(rows, everyType);
  expect(tables.map((table) => table.numRows)).toEqual([3000, 3000, 3000]);
  expect(tables[0]!.column('int').get(1)).toBe([...expected.batches()][0]!.column('int').get(1));
});
