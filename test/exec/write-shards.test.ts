/** Plans written by shards for real: the file's rows, the directory, and what is refused. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importRows } from '../../src/data/import-rows.js';
import type { LiteralValue } from '../../src/data/literal.js';
import { Schema } from '../../src/data/schema.js';
import { bool, date, float64, int32, int64, timestamp, utf8 } from '../../src/data/types.js';
import type { DataType } from '../../src/data/types.js';
import { shardSums } from '../../src/exec/shard-sums.js';
import type { ShardsWanted } from '../../src/exec/write-shards.js';
import { shardHash } from '../../src/native/shards.js';
import { filter } from '../../src/plan/nodes/filter.js';
import { project } from '../../src/plan/nodes/project.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { writeVtr } from '../../src/storage/vtr/vtr-sink.js';
import { openVtr } from '../../src/storage/vtr/vtr-source.js';
import { c, f, keep } from '../plan/write-expr.js';
import { executor, scratchFolder } from '../storage/vtr/vtr-files.js';
import { feedSource, rowsSource } from './table-source.js';

const folder = scratchFolder();
const schema = new Schema([
  { name: 'text', type: utf8, nullable: true },
  { name: 'real', type: float64, nullable: true },
  { name: 'whole', type: int32, nullable: true },
  { name: 'day', type: date, nullable: true },
  { name: 'at', type: timestamp('ms'), nullable: true },
  { name: 'flag', type: bool, nullable: true },
  { name: '$shard', type: int64, nullable: false },
]);
const reals = [NaN, Infinity, -Infinity, 0, -0, 1.5, -2.25];
const input = Array.from({ length: 40_000 }, (_, i) => ({
  text: i % 13 === 0 ? null : `text ${(i * 7) % 30}`,
  real: i % 17 === 0 ? null : reals[i % reals.length]!,
  whole: i % 19 === 0 ? null : (i * 31) % 23,
  day: i % 5 === 0 ? null : new Date(86_400_000 * (i % 40)),
  at: i % 6 === 0 ? null : new Date(1000 * (i % 11)),
  flag: i % 7 === 0 ? null : i % 2 === 0,
  $shard: i,
}));
type Row = (typeof input)[number];
let files = 0;

interface Written {
  readonly rows: number;
  readonly columns: readonly string[];
  /** By the number of the shard. */
  readonly shards: ReadonlyMap<number, Row[]>;
  readonly directory: readonly Record<string, unknown>[];
}

async function write(wanted: ShardsWanted, options = {}): Promise<Written> {
  const path = join(folder, `shards-${files++}.vtr`);
  const plan = scan(rowsSource(input, schema));
  const written = await executor.writeShards(plan, wanted, writeVtr(path), { ...options, int64: 'bigint' });
  const read = await executor.collect(scan(openVtr(path)));
  const numbers = read.column(written.shardColumn).values as Uint32Array;
  const shards = new Map<number, Row[]>();
  read.toArray().forEach((row, i) => {
    const rest = Object.fromEntries(Object.entries(row).filter(([name]) => name !== written.shardColumn));
    const rows = shards.get(numbers[i]!);
    if (rows === undefined) shards.set(numbers[i]!, [rest as Row]);
    else rows.push(rest as Row);
  });
  expect(written.shardColumn).toBe('$shard_2');
  return { rows: written.rows, columns: read.schema.names, shards, directory: written.directory.toArray() };
}

/** Rows in input order, under the group that a reference puts them in. */
function grouped(groupOf: (row: Row) => unknown): Map<unknown, Row[]> {
  const groups = new Map<unknown, Row[]>();
  for (const row of input) {
    const group = groupOf(row);
    const rows = groups.get(group);
    if (rows === undefined) groups.set(group, [row]);
    else rows.push(row);
  }
  return groups;
}

describe('one shard per key', () => {
  const keys: Record<string, (row: Row) => unknown> = {
    text: (row) => row.text,
    real: (row) => (row.real === null ? null : row.real + 0), // a Map takes −0 for 0, and NaN for NaN
    whole: (row) => row.whole,
    day: (row) => row.day?.getTime() ?? null,
    at: (row) => row.at?.getTime() ?? null,
    flag: (row) => row.flag,
  };
  test.each(Object.entries(keys))('by %s', async (name, keyOf) => {
    const expected = grouped(keyOf);
    for (const options of [{ threads: 1 }, { threads: 2, memory: '8MB', morselPages: 1 }]) {
      const { rows, columns, shards, directory } = await write({ by: [name], method: 'level' }, options);
      expect(rows).toBe(input.length);
      expect(columns).toEqual([...schema.names, '$shard_2']);
      expect(directory).toHaveLength(expected.size);
      for (const entry of directory) {
        const key = entry[name] instanceof Date ? entry[name].getTime() : entry[name];
        const members = expected.get(Object.is(key, -0) ? 0 : key);
        expect(shards.get(entry['$shard'] as number)).toEqual(members);
        expect(entry['$rows']).toBe(BigInt(members!.length));
      }
    }
  });

  test('by several columns', async () => {
    const { shards, directory } = await write({ by: ['text', 'whole', 'flag'], method: 'level' });
    const expected = grouped((row) => JSON.stringify([row.text, row.whole, row.flag]));
    expect(directory).toHaveLength(expected.size);
    for (const entry of directory) {
      const key = JSON.stringify([entry['text'], entry['whole'], entry['flag']]);
      expect(shards.get(entry['$shard'] as number)).toEqual(expected.get(key));
    }
  });
});

describe('by bounds', () => {
  const cases: [string, LiteralValue[], (row: Row) => number][] = [
    ['real', [-2.25, 0, Infinity], (row) => [-2.25, 0, Infinity].filter((b) => !(row.real! < b)).length],
    [
      'text',
      ['text 13', 'text 2', 'text 27'],
      (row) => ['text 13', 'text 2', 'text 27'].filter((b) => row.text! >= b).length,
    ],
    ['day', [new Date(86_400_000 * 10)], (row) => (row.day!.getTime() >= 86_400_000 * 10 ? 1 : 0)],
    ['whole', [], () => 0],
  ];
  test.each(cases)('of %s', async (name, bounds, shardOf) => {
    const { shards } = await write({ by: [name], method: 'bounds', bounds });
    const key = name as keyof Row;
    const expected = grouped((row) => (row[key] === null ? bounds.length + 1 : shardOf(row)));
    expect(new Map([...shards].sort((a, b) => a[0] - b[0]))).toEqual(
      new Map([...expected].sort((a, b) => (a[0] as number) - (b[0] as number))),
    );
  });
});

test('by hash, in the shard that shardHash names', async () => {
  const by = ['text', 'real', 'whole', 'day', 'at', 'flag'] as const;
  for (const names of [['text'], ['real'], by] as const) {
    const { shards, directory } = await write({ by: names, method: 'hash', buckets: 16 });
    const typeOf = (name: string): DataType => schema.field(name)!.type;
    const expected = grouped((row) =>
      shardHash(
        names.map((name) => ({ value: row[name], type: typeOf(name) })),
        16,
      ),
    );
    expect(shards.size).toBe(expected.size);
    for (const [number, rows] of expected) expect(shards.get(number as number)).toEqual(rows);
    expect(directory.map((entry) => Object.keys(entry))[0]).toEqual(['$shard', '$rows', '$checksum']);
  }
});

test('nothing in, nothing out', async () => {
  const path = join(folder, 'empty.vtr');
  const plan = filter(scan(rowsSource(input, schema)), f('gt', c('whole'), 1000));
  const written = await executor.writeShards(plan, { by: ['text'], method: 'level' }, writeVtr(path));
  expect(written.rows).toBe(0);
  expect(written.directory.numRows).toBe(0);
  expect((await executor.collect(scan(openVtr(path)))).numRows).toBe(0);
});

test('the rows that a filter leaves, with checksums that can be counted again', async () => {
  const path = join(folder, 'filtered.vtr');
  const plan = filter(scan(rowsSource(input, schema)), f('gt', c('whole'), 10));
  const options = { int64: 'bigint' } as const;
  const written = await executor.writeShards(
    plan,
    { by: ['real'], method: 'level' },
    writeVtr(path),
    options,
  );
  expect(written.rows).toBe(input.filter((row) => row.whole !== null && row.whole > 10).length);
  const sums = await shardSums(executor, scan(openVtr(path)), written.shardColumn);
  const listed = written.directory.toArray() as { $shard: number; $rows: bigint; $checksum: bigint }[];
  expect([...sums]).toEqual(
    listed.map((entry) => [entry.$shard, { rows: Number(entry.$rows), checksum: entry.$checksum }]),
  );
  // Every value counts.
  const changed = project(scan(openVtr(path)), [
    ...keep('text', 'real', 'whole', 'day', 'at', 'flag'),
    { name: '$shard', expr: f('add', c('$shard'), 1) },
    ...keep('$shard_2'),
  ]);
  const others = await shardSums(executor, changed, written.shardColumn);
  for (const [shard, sum] of sums) expect(others.get(shard)!.checksum).not.toBe(sum.checksum);
});

test('a write that is stopped leaves nothing behind', async () => {
  const path = join(folder, 'stopped.vtr');
  const some = importRows(input, schema);
  const stop = new AbortController();
  const many = feedSource(schema, 200 * input.length, function* () {
    for (let i = 0; i < 200; i++) {
      if (i === 20) stop.abort();
      yield* some.batches();
    }
  });
  const run = executor.writeShards(scan(many), { by: ['text'], method: 'level' }, writeVtr(path), {
    signal: stop.signal,
    memory: '16MB',
  });
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
});

describe('refused', () => {
  const refused: [string, ShardsWanted, RegExp][] = [
    ['an unknown key', { by: ['txet'], method: 'level' }, /no column "txet"; did you mean "text"/],
    ['no key', { by: [], method: 'level' }, /at least one key/],
    ['a key twice', { by: ['text', 'text'], method: 'level' }, /given twice/],
    ['no buckets', { by: ['text'], method: 'hash' }, /buckets/],
    ['bounds of two keys', { by: ['text', 'real'], method: 'bounds', bounds: [] }, /one key/],
    ['a bound that is null', { by: ['text'], method: 'bounds', bounds: [null] }, /one key/],
  ];
  test.each(refused)('%s', async (_what, wanted, message) => {
    const path = join(folder, 'refused.vtr');
    const plan = scan(rowsSource(input, schema));
    await expect(executor.writeShards(plan, wanted, writeVtr(path))).rejects.toThrow(message);
    expect(existsSync(path)).toBe(false);
  });

  test('more keys than memory has room for', async () => {
    const many = Array.from({ length: 200_000 }, (_, i) => ({ key: `a key of some length, ${i}` }));
    const path = join(folder, 'many.vtr');
    const run = executor.writeShards(
      scan(rowsSource(many)),
      { by: ['key'], method: 'level' },
      writeVtr(path),
      { memory: '8MB', threads: 2 },
    );
    await expect(run).rejects.toMatchObject({ code: 'memory' });
    await expect(run).rejects.toThrow(/keys of \d+ shards take .* higher `memory`, or take fewer shards/);
    expect(existsSync(path)).toBe(false);
  });
});
