/** Files of every released format version are read for ever, and this version's writer still writes the same bytes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scan } from '../../src/plan/nodes/scan.js';
import { verify } from '../../src/storage/vtr/verify.js';
import { openVtr } from '../../src/storage/vtr/vtr-source.js';
import { rowsSource } from '../exec/table-source.js';
import { executor, readRows, scratchFolder, writeRows } from '../storage/vtr/vtr-files.js';
import { goldenRow, goldenRows, goldenSchema } from './golden-rows.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const golden = join(folder, 'v1.vtr');
const rows = Array.from({ length: goldenRows }, (_, i) => goldenRow(i));

test('version 1 is read', async () => {
  const source = openVtr(golden);
  expect(source.schema.fields).toEqual(goldenSchema.fields);
  const expected = await executor.collect(scan(rowsSource(rows, goldenSchema)), { int64: 'bigint', dates: 'bigint' });
  expect(await readRows(golden)).toEqual(expected.toArray());
  expect(await verify(golden)).toMatchObject({ rows: goldenRows, columns: goldenSchema.length, rowGroups: 1 });
});

test('version 1 is written as it always was', async () => {
  const path = join(scratchFolder(), 'again.vtr');
  await writeRows(path, rows, { schema: goldenSchema, id: new Uint8Array(16).fill(1) });
  // Set when a new version is released: its file is added, and never changed afterwards.
  if (process.env['SPILLWAY_WRITE_GOLDEN'] === '1' && !existsSync(golden)) writeFileSync(golden, readFileSync(path));
  expect(readFileSync(path).equals(readFileSync(golden))).toBe(true);
});
