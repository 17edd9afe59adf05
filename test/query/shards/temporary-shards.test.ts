/** offload({ by }) as users call it: temporary shards that go, durable ones that stay, options that are refused. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { tbl } from '../../../src/query/default-engine.js';
import { openShards } from '../../../src/query/open-shards.js';
import { scratchFolder } from '../../faults/scratch-folder.js';

const folder = scratchFolder();
const rows = Array.from({ length: 300 }, (_, i) => ({ g: i % 3 === 0 ? null : `g${i % 3}`, v: i }));
const query = tbl(rows);

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof EngineError ? `${error.code}: ${error.message}` : String(error);
}

it('makes temporary shards that go when released', async () => {
  const shards = await query.offload({ by: 'g', tempDir: folder });
  expect(existsSync(shards.path)).toBe(true);
  expect(readdirSync(shards.path).sort()).toEqual(['data.vtr', 'shards.json']);
  const own = shards.get('g1')!.query;
  expect(await own.numRows()).toBe(100);
  await shards.release();
  expect(existsSync(shards.path)).toBe(false);
  expect(await messageOf(own.numRows())).toMatch(/^argument: the shards was released|^argument: .*released/);
  expect(await messageOf(shards.query().collect())).toMatch(/^argument: /);
});

it('releases at the end of a block', async () => {
  let path = '';
  {
    await using shards = await query.offload({ by: 'g', method: 'hash', n: 4, tempDir: folder });
    path = shards.path;
    expect(await shards.query().numRows()).toBe(300);
  }
  expect(existsSync(path)).toBe(false);
});

it('keeps shards under a path', async () => {
  const path = join(folder, 'kept');
  {
    await using shards = await query.offload({ by: ['g'], path, compression: 'small' });
    expect(shards.length).toBe(3);
  }
  const again = openShards<(typeof rows)[number], 'g'>(path);
  expect([...again].map((shard) => shard.key.g)).toEqual(['g1', 'g2', null]);
  expect(await again.get({ g: null })!.query.first()).toEqual({ g: null, v: 0 });
  expect(await query.groupBy('g').offload({ by: 'v', method: 'range', n: 2 })).toHaveLength(2);
});

it('leaves nothing where the query fails', async () => {
  const path = join(folder, 'failed');
  const failing = query.mutate({ x: (r) => r.v.sub(150).cast('int8') });
  expect(await messageOf(failing.offload({ by: 'g', path }))).toMatch(/^data: /);
  expect(existsSync(path)).toBe(false);
  const before = readdirSync(folder);
  expect(await messageOf(failing.offload({ by: 'g', tempDir: folder }))).toMatch(/^data: /);
  expect(readdirSync(folder)).toEqual(before);
});

it('refuses options by name', async () => {
  const refused = async (options: object): Promise<string> =>
    messageOf(query.offload(options as { by: 'g' }));
  expect(await refused({ by: 'g', metod: 'hash' })).toMatch(/^argument: .*"metod"; did you mean "method"/);
  expect(await refused({ by: [] })).toMatch(/^argument: by of offload/);
  expect(await refused({ by: 'g', path: '' })).toMatch(/^argument: path/);
  expect(await refused({ by: 'g', compression: 'zip' })).toMatch(/^argument: compression/);
  expect(await refused({ by: 'g', method: 'hash', n: 0 })).toMatch(/^argument: n /);
  expect(await messageOf((async () => openShards(5 as never))())).toMatch(/^argument: openShards/);
});

it('names a shard that is larger than the memory, and streams it all the same', async () => {
  const many = tbl({
    g: new Uint8Array(1_500_000),
    v: Float64Array.from({ length: 1_500_000 }, (_, i) => i),
  });
  await using shards = await many.offload({ by: 'g' });
  const small = { memory: '6MB', threads: 1 };
  expect(await messageOf(shards.groupMap((t) => t.numRows, small))).toMatch(
    /^memory: the shard g = 0 does not fit into memory: 1,500,000 rows .*\{ as: 'query' \}/,
  );
  const sums = await shards.groupMap(async (q) => q.numRows(), { ...small, as: 'query' });
  expect(sums.map(({ value }) => value)).toEqual([1_500_000]);
});

it('divides many rows into about equal parts, by a sample', { timeout: 60_000 }, async () => {
  const n = 1_000_000;
  const many = tbl({ t: Array.from({ length: n }, (_, i) => `text ${(i * 7919) % n}`) });
  await using shards = await many.offload({ by: 't', method: 'quantile', n: 20 });
  expect(shards.length).toBe(20);
  const sizes = [...shards].map((shard) => shard.rows);
  expect(sizes.reduce((sum, rows) => sum + rows, 0)).toBe(n);
  // A share of 65,536 sampled keys is out by less than four standard errors.
  for (const size of sizes)
    expect(Math.abs(size - n / 20)).toBeLessThan(4 * (n / 20) * Math.sqrt((2 * 20) / 65_536));
});

it('takes one key with most of the rows, within memory', { timeout: 60_000 }, async () => {
  const n = 2_000_000;
  const skewed = tbl({
    g: Int32Array.from({ length: n }, (_, i) => (i % 10 === 0 ? i % 200_000 : -1)),
    v: Float64Array.from({ length: n }, (_, i) => i),
  });
  await using shards = await skewed.offload({ by: 'g', memory: '24MB', threads: 2 });
  expect(shards.length).toBe(20_001);
  expect(shards.get(-1)?.rows).toBe(1_800_000);
  const values = await shards.get(-1)!.query.pull('v');
  expect(values.every((value, i) => i === 0 || value > values[i - 1]!)).toBe(true);
  let seen = 0;
  const results = await shards.groupMap((t) => {
    seen += t.numRows;
    return t.numRows;
  });
  expect(seen).toBe(n);
  expect(results.get({ g: 10 })).toBe(10);
});
