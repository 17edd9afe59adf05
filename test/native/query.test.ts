/** Queries driven from JavaScript: feeds in, batches out, errors, cancelling, several at once. */
import { expect, it } from 'vitest';
import { EngineError } from '../../src/base/engine-error.js';
import { buildColumn } from '../../src/data/build-column.js';
import type { ColumnData } from '../../src/data/column.js';
import type { Field } from '../../src/data/schema.js';
import * as types from '../../src/data/types.js';
import { valueAt } from '../../src/data/values.js';
import type { RawBatch } from '../../src/native/addon.js';
import { columnFromRaw } from '../../src/native/column-from-raw.js';
import type { Feed } from '../../src/native/feed.js';
import { createFeed } from '../../src/native/feed.js';
import type { NativeQuery } from '../../src/native/query.js';
import { startQuery } from '../../src/native/query.js';
import { passThrough } from './pipeline-of.js';

const i32: Field = { name: 'x', type: types.int32, nullable: false };

async function pump(feed: Feed, batches: Iterable<[number, ColumnData[]]>): Promise<boolean> {
  for (const [rows, columns] of batches) {
    if (!(await feed.wants())) return false;
    feed.push(rows, columns);
  }
  feed.end();
  return true;
}

function* counting(batches: number, rows: number): Generator<[number, ColumnData[]]> {
  for (let b = 0; b < batches; b++) {
    const values = Int32Array.from({ length: rows }, (_, i) => b * rows + i);
    yield [
      rows,
      [{ layout: 'fixed', type: types.int32, length: rows, validity: null, nullCount: 0, values }],
    ];
  }
}

function numbers(batch: RawBatch): number[] {
  return Array.from(batch.columns[0]?.values as Int32Array);
}

function valuesOf(column: ColumnData): unknown[] {
  const policy = { int64: 'bigint', dates: 'string' } as const;
  return [0, 1, 2].map((row) => valueAt(column, 'c', policy, row));
}

async function drain(query: NativeQuery): Promise<number[]> {
  const all: number[] = [];
  for (let batch = await query.next(); batch !== null; batch = await query.next())
    all.push(...numbers(batch));
  return all;
}

it('delivers fed rows in order, in batches of the size asked for', async () => {
  const feed = createFeed([i32]);
  const query = startQuery(passThrough([types.int32], 'batches'), [feed.scan], { batchRows: 5000 });
  const fed = pump(feed, counting(20, 3000));
  const sizes: number[] = [];
  const all: number[] = [];
  for (let batch = await query.next(); batch !== null; batch = await query.next()) {
    sizes.push(batch.rows);
    all.push(...numbers(batch));
  }
  expect(all).toEqual(Array.from({ length: 60_000 }, (_, i) => i));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5000);
  expect(await fed).toBe(true);
});

it('collects one batch with limit and offset applied', async () => {
  const feed = createFeed([i32]);
  const query = startQuery(passThrough([types.int32], 'collect', 10, 995), [feed.scan]);
  const fed = pump(feed, counting(1000, 1000));
  expect(numbers(await query.collect())).toEqual([995, 996, 997, 998, 999, 1000, 1001, 1002, 1003, 1004]);
  expect(await fed).toBe(false);
});

it('carries every type there and back, nulls included', async () => {
  const cases: [types.DataType, unknown[]][] = [
    [types.bool, [true, null, false]],
    [types.int8, [-128, null, 127]],
    [types.int16, [-32768, null, 32767]],
    [types.int32, [-1, null, 2 ** 31 - 1]],
    [types.int64, [-(2n ** 63n), null, 2n ** 63n - 1n]],
    [types.uint8, [0, null, 255]],
    [types.uint16, [0, null, 65535]],
    [types.uint32, [0, null, 2 ** 32 - 1]],
    [types.uint64, [0n, null, 2n ** 64n - 1n]],
    [types.float32, [1.5, null, Infinity]],
    [types.float64, [0.1, null, NaN]],
    [types.utf8, ['', null, 'zwölf Boxkämpfer jagen']],
    [types.date, [new Date('1969-12-31'), null, new Date('2024-02-29')]],
    [types.timestamp('ms'), [new Date(-1), null, new Date(1e12)]],
  ];
  const kinds = cases.map(([type]) => type);
  const given = cases.map(([type, values]) => buildColumn(type, values, 'c', 0));
  const feed = createFeed(kinds.map((type, i) => ({ name: `c${String(i)}`, type, nullable: true })));
  const query = startQuery(passThrough(kinds, 'collect'), [feed.scan]);
  feed.push(3, given);
  feed.end();
  const batch = await query.collect();
  batch.columns.forEach((raw, i) => {
    const type = kinds[i] ?? types.bool;
    const name = types.typeName(type);
    const back = valuesOf(columnFromRaw(raw, type, batch.rows));
    expect([name, ...back]).toEqual([name, ...valuesOf(given[i] as ColumnData)]);
    expect(raw.nullCount).toBe(1);
  });
});

it('rejects with the error that a feed failed with', async () => {
  const feed = createFeed([i32]);
  const query = startQuery(passThrough([types.int32], 'collect'), [feed.scan]);
  feed.fail(
    new EngineError('format', 'row group 3 is damaged', { detail: { path: 'a.parquet', offset: 17 } }),
  );
  await expect(query.collect()).rejects.toMatchObject({
    code: 'format',
    message: 'row group 3 is damaged',
    detail: { path: 'a.parquet', offset: 17 },
  });
});

it('cancels a waiting reader, and tells the feed to stop', async () => {
  const feed = createFeed([i32]);
  const query = startQuery(passThrough([types.int32], 'batches'), [feed.scan]);
  const waiting = query.next();
  query.cancel();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  expect(await feed.wants()).toBe(false);
});

it('stops the feed when its reader leaves early', async () => {
  const feed = createFeed([i32]);
  const query = startQuery(passThrough([types.int32], 'batches'), [feed.scan], { batchRows: 1000 });
  const fed = pump(feed, counting(100_000, 1000));
  expect(await query.next()).not.toBeNull();
  query.close();
  expect(await fed).toBe(false);
});

it('runs a query inside the reading of another on one thread', async () => {
  const outerFeed = createFeed([i32]);
  const outer = startQuery(passThrough([types.int32], 'batches'), [outerFeed.scan], {
    threads: 1,
    batchRows: 1000,
  });
  const fed = pump(outerFeed, counting(1000, 1000));
  for (let i = 0; i < 5; i++) {
    expect((await outer.next())?.rows).toBe(1000);
    const innerFeed = createFeed([i32]);
    const inner = startQuery(passThrough([types.int32], 'batches'), [innerFeed.scan], { threads: 1 });
    const innerFed = pump(innerFeed, counting(10, 100));
    expect(await drain(inner)).toHaveLength(1000);
    expect(await innerFed).toBe(true);
  }
  outer.close();
  expect(await fed).toBe(false);
});

it('refuses handles that are none, closed options and too little memory, each in its words', () => {
  const description = passThrough([types.int32], 'collect');
  expect(() => startQuery(description, [{ nativeScan: {} }])).toThrow(/not a native handle/);
  expect(() => startQuery(description, [{ nativeScan: 'x' }])).toThrow(EngineError);
  const feed = createFeed([i32]);
  expect(() => startQuery(description, [feed.scan], { threads: 0 })).toThrow(
    /threads must be a whole number/,
  );
  expect(() => startQuery(description, [feed.scan], { memory: 1 << 20 })).toThrow(/too little/);
  expect(() => startQuery(new Uint8Array(8), [feed.scan])).toThrow(/description/);
});

it('refuses columns that do not fit the feed', () => {
  const feed = createFeed([{ name: 't', type: types.utf8, nullable: true }]);
  const text = { layout: 'text', type: types.utf8, length: 2, validity: null, nullCount: 0 } as const;
  const data = new Uint8Array(4);
  expect(() => {
    feed.push(2, [{ ...text, offsets: Int32Array.of(0, 3, 2), data }]);
  }).toThrow(/offsets/);
  expect(() => {
    feed.push(2, [{ ...text, offsets: Int32Array.of(0, 3, 9), data }]);
  }).toThrow(/offsets/);
  expect(() => {
    feed.push(2, [{ ...text, offsets: Int32Array.of(0, 3), data }]);
  }).toThrow(/offsets/);
  expect(() => {
    feed.push(2, [buildColumn(types.int32, [1, 2], 'x', 0)]);
  }).toThrow(/int32/);
});

it('counts what it did', async () => {
  const feed = createFeed([i32]);
  const query = startQuery(passThrough([types.int32], 'batches'), [feed.scan]);
  const fed = pump(feed, counting(10, 1000));
  await drain(query);
  await fed;
  const stats = query.stats();
  expect(stats.rowsScanned).toBe(10_000);
  expect(stats.rowsDelivered).toBe(10_000);
  expect(stats.perPipeline).toHaveLength(1);
  expect(stats.perPipeline[0]).toMatchObject({ rowsIn: 10_000, rowsOut: 10_000, morsels: 10 });
  expect(query.progress().fraction).toBe(1);
});
