/** A hundred thousand keys: two files, every shard complete and in order, all of them visited with few queries. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { tbl } from '../../../src/query/default-engine.js';
import { scratchFolder } from '../../faults/scratch-folder.js';

const folder = scratchFolder();
const keys = 100_000;
const rows = 3 * keys;
const many = tbl({
  g: Int32Array.from({ length: rows }, (_, i) => (i * 7919) % keys),
  v: Int32Array.from({ length: rows }, (_, i) => i),
});

it('shards of three rows each', { timeout: 120_000 }, async () => {
  const path = join(folder, 'many');
  await using shards = await many.offload({ by: 'g', path });
  expect(readdirSync(path).sort()).toEqual(['data.vtr', 'shards.json']);
  expect(shards.length).toBe(keys);
  const inOrder = await shards.groupMap((table, { g }) => {
    const values = [...table.column('v')];
    const own = values.every((v) => (v * 7919) % keys === g);
    return values.length === 3 && own && values.every((v, i) => i === 0 || v > values[i - 1]!);
  });
  expect(inOrder).toHaveLength(keys);
  expect(inOrder.every(({ value }) => value)).toBe(true);
  expect(await shards.get(7919)!.query.pull('v')).toEqual([1, keys + 1, 2 * keys + 1]);
  expect(await shards.query().numRows()).toBe(rows);
});

it('says where it may not write', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, 'kept');
  const attempt = many.offload({ by: 'g', path: join(file, 'shards') });
  await expect(attempt).rejects.toMatchObject({
    code: 'io',
    detail: { path: expect.stringContaining(file) },
  });
  await expect(attempt).rejects.toBeInstanceOf(EngineError);
});
