/** Shards of real files: keys, order, methods, callbacks, pruning. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { Schema } from '../../../src/data/schema.js';
import { date, float64, int32, int64, timestamp, utf8 } from '../../../src/data/types.js';
import type { Table } from '../../../src/data/table.js';
import { folds } from '../../../src/folds/ready/index.js';
import { tbl } from '../../../src/query/default-engine.js';
import type { Query } from '../../../src/query/query.js';
import { scratchFolder } from '../../faults/scratch-folder.js';
import type { AnyRow, AnyShards } from './shards-of.js';
import { reopened, shardsOf } from './shards-of.js';

const folder = scratchFolder();
let made = 0;
const fresh = (): string => join(folder, `shards-${made++}`);

const schema = new Schema([
  { name: 'g', type: utf8, nullable: true },
  { name: 'x', type: float64, nullable: true },
  { name: 'k', type: int32, nullable: false },
  { name: 'day', type: date, nullable: true },
]);
const rows: AnyRow[] = Array.from({ length: 1000 }, (_, i) => ({
  g: [null, 'a', 'ä', '', 'b'][i % 5],
  x: i % 10 === 0 ? null : i % 10 === 1 ? Number.NaN : i % 10 === 2 ? Infinity : i % 10 === 3 ? -Infinity : i,
  k: i,
  day: i % 7 === 0 ? null : new Date((i % 7) * 86_400_000),
}));
const query = (): Query<never> => tbl(rows, { schema }) as unknown as Query<never>;

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof EngineError ? `${error.code}: ${error.message}` : String(error);
}

describe('levels', () => {
  let shards: AnyShards;
  beforeAll(async () => {
    shards = await shardsOf(query(), fresh(), { by: 'g' });
  });

  it('has a shard per key, nulls last, text by bytes', () => {
    expect([...shards].map((shard) => shard.key)).toEqual([
      { g: '' },
      { g: 'a' },
      { g: 'b' },
      { g: 'ä' },
      { g: null },
    ]);
    expect(shards.length).toBe(5);
    expect([...shards].map((shard) => shard.rows)).toEqual([200, 200, 200, 200, 200]);
  });

  it('keeps rows and their order', async () => {
    for (const { key, query: own } of shards) {
      const expected = rows.filter((row) => row['g'] === key['g' as never]);
      expect(await own.rows()).toEqual(expected);
    }
    const union = await shards.query().rows();
    expect(union.sort((a, b) => Number(a['k']) - Number(b['k']))).toEqual(rows);
  });

  it('finds shards by key or value', () => {
    expect(shards.get({ g: 'ä' })?.rows).toBe(200);
    expect(shards.get('b')?.key).toEqual({ g: 'b' });
    expect(shards.get(null)?.key).toEqual({ g: null });
    expect(shards.get('nowhere')).toBeUndefined();
    expect(shards.get({ h: 'a' })).toBeUndefined();
  });

  it('prunes by conditions on the key, and answers the same without', async () => {
    const some = shards.query().filter((c) => c('g').in(['a', 'b']));
    expect(await some.explain()).toContain('2 of 5 shards');
    const sum = (row: AnyRow[]): unknown[] => row.map((r) => r['k']).sort((a, b) => Number(a) - Number(b));
    expect(sum(await some.rows())).toEqual(sum(await some.rows({ rules: { off: ['prune-shards'] } })));
    expect(
      await shards
        .query()
        .filter((c) => c('g').isNull())
        .explain(),
    ).toContain('1 of 5 shards');
    expect(
      await shards
        .query()
        .filter((c) => c('g').eq('zzz'))
        .explain(),
    ).toContain('0 of 5 shards');
    expect(
      await shards
        .query()
        .filter((c) => c('g').eq('zzz'))
        .rows(),
    ).toEqual([]);
    expect(
      await shards
        .query()
        .filter((c) => c('k').gt(3))
        .explain(),
    ).not.toContain('of 5 shards');
  });

  it('maps shards to values in the order of keys', async () => {
    const sizes = await shards.groupMap((table, key) => `${String(Object.values(key)[0])} ${table.numRows}`);
    expect(sizes.map(({ value }) => value)).toEqual([' 200', 'a 200', 'b 200', 'ä 200', 'null 200']);
    expect(sizes.get({ g: 'b' })).toBe('b 200');
    const counts = await shards.groupMap((own) => own.numRows(), { as: 'query', concurrency: 2 });
    expect(counts.map(({ value }) => value)).toEqual([200, 200, 200, 200, 200]);
  });

  it('restores the key in front of what groupModify gives', async () => {
    const table = await shards.groupModify((t) => [{ n: t.numRows, first: t.at(0)?.['k'] as number }]);
    expect(table.schema.toString()).toBe('{ g: utf8?, n: float64, first: float64 }');
    expect(table.toArray().map((row) => Object.values(row))).toEqual([
      ['', 200, 3],
      ['a', 200, 1],
      ['b', 200, 4],
      ['ä', 200, 2],
      [null, 200, 0],
    ]);
    const same = await shards.groupModify((t) => t.slice(0, 2));
    expect(same.schema.names).toEqual(['g', 'x', 'k', 'day']);
    expect(same.numRows).toBe(10);
    expect(await messageOf(shards.groupModify(() => [{ g: 'other' }]))).toMatch(
      /^data: groupModify, shard g = "": the result changes the key column "g" to "other"/,
    );
    expect(await messageOf(shards.groupModify(() => 5 as never))).toContain('argument: groupModify, shard');
  });

  it('names the shard of a callback that fails, and keeps the cause', async () => {
    const broken = shards.groupMap((_, key) => {
      if (Object.values(key)[0] === 'b') throw new TypeError('no fit');
    });
    expect(await messageOf(broken)).toBe('data: groupMap, shard g = "b": no fit');
    await expect(broken).rejects.toHaveProperty('cause', new TypeError('no fit'));
  });

  it('stops with the signal', async () => {
    const controller = new AbortController();
    const stopped = shards.groupMap(
      () => {
        controller.abort();
      },
      { signal: controller.signal },
    );
    expect(await messageOf(stopped)).toContain('cancelled');
  });

  it('prints itself', () => {
    expect(String(shards)).toContain('g = "a"');
    expect(String(shards)).toMatch(/shards: shards-0, 5 by g \(level\), 1,000 rows/);
  });

  it('folds apart and together', async () => {
    const sum = (acc: number, batch: Table<AnyRow>): number =>
      batch.toArray().reduce((total, row) => total + Number(row['k']), acc);
    expect(await shards.collectChunked(sum, { init: 0 })).toBe(499_500);
    expect(await shards.collectChunked(sum, { init: 0, combine: (a, b) => a + b })).toBe(499_500);
    expect(await shards.collectChunked(folds.count())).toBe(1000);
    expect(await shards.explain({ fold: folds.count() })).toMatch(/scan shards-0[\s\S]*fold/);
  });

  it('verifies', async () => {
    expect(await shards.verify()).toMatchObject({ shards: 5, rows: 1000 });
  });

  it('nests', async () => {
    const inner = await shardsOf(shards.get('a')!.query as never, fresh(), { by: 'day' });
    expect(inner.length).toBe(7);
    const all = await inner.query().rows();
    expect(all.every((row) => row['g'] === 'a') && all.length).toBe(200);
  });
});

describe('keys', () => {
  it('of several columns, each combination with nulls its own', async () => {
    const shards = await shardsOf(query(), fresh(), { by: ['day', 'g'] as never });
    expect(shards.length).toBe(35);
    expect([...shards].reduce((sum, shard) => sum + shard.rows, 0)).toBe(1000);
    expect(shards.get({ day: new Date(86_400_000), g: null })?.rows).toBe(
      rows.filter((row) => row['g'] === null && (row['day'] as Date | null)?.getTime() === 86_400_000).length,
    );
    const wanted = shards.query().filter((c) =>
      c('g')
        .isNull()
        .and(c('day').eq(new Date(86_400_000))),
    );
    expect(await wanted.explain()).toContain('1 of 35 shards');
  });

  it('of floats: NaN one key, infinities theirs, −0 with 0', async () => {
    const odd = [0, -0, Number.NaN, -Number.NaN, Infinity, -Infinity, null, 1.5];
    const shards = await shardsOf(tbl({ x: odd }) as never, fresh(), { by: 'x' });
    expect([...shards].map(({ key, rows: n }) => [(key as AnyRow)['x'], n])).toEqual([
      [-Infinity, 1],
      [0, 2],
      [1.5, 1],
      [Infinity, 1],
      [Number.NaN, 2],
      [null, 1],
    ]);
    expect(shards.get(Number.NaN as never)?.rows).toBe(2);
    expect(shards.get(-0 as never)?.rows).toBe(2);
  });

  it('of big integers and fine timestamps come without rounding', async () => {
    const exact = new Schema([
      { name: 'i', type: int64, nullable: true },
      { name: 't', type: timestamp('us', 'Europe/Vienna'), nullable: true },
    ]);
    const given = { i: [2n ** 60n, 7n, null], t: [1_000_001n, 2_000_000n, null] };
    const path = fresh();
    await shardsOf(tbl(given, { schema: exact }) as never, path, { by: ['i', 't'] as never });
    const shards = reopened(path);
    expect([...shards].map(({ key }) => key)).toEqual([
      { i: 7, t: new Date(2000) },
      { i: 2n ** 60n, t: '1970-01-01T00:00:01.000001Z' },
      { i: null, t: null },
    ]);
    expect(shards.get({ i: 2n ** 60n, t: '1970-01-01T00:00:01.000001Z' })?.rows).toBe(1);
  });

  it('called like nothing good, with a column called $shard', async () => {
    const odd = tbl(
      [
        ['__proto__', '$shard'],
        ['then', '$shard'],
      ].map(([a, b]) => ({ ['__proto__']: a, $shard: b, constructor: 1 })),
    );
    const shards = await shardsOf(odd as never, fresh(), { by: '__proto__' });
    expect([...shards].map(({ key }) => Object.entries(key)[0]?.[1])).toEqual(['__proto__', 'then']);
    expect((await shards.query().collect()).schema.names).toEqual(['__proto__', '$shard', 'constructor']);
  });
});

describe('methods', () => {
  const finite = (): number[] => rows.map((row) => row['x']).filter((x): x is number => Number.isFinite(x));

  it('range: equal width, infinities and NaN at the ends, nulls apart', async () => {
    const shards = await shardsOf(query(), fresh(), { by: 'x', method: 'range', n: 4 });
    const width = (Math.max(...finite()) - Math.min(...finite())) / 4;
    const keys = [...shards].map(({ key }) => (key as AnyRow)['x'] as { from: number; to: number } | null);
    expect(keys).toHaveLength(5);
    expect(keys[0]?.from).toBeNull();
    expect((keys[1]?.to ?? 0) - (keys[1]?.from ?? 0)).toBeCloseTo(width);
    expect(keys[3]?.to).toBeNull();
    expect(keys[4]).toBeNull();
    const last = await [...shards][3]!.query.pull('x');
    expect(last).toContain(Infinity);
    expect(last.some(Number.isNaN)).toBe(true);
    expect(await [...shards][0]!.query.pull('x')).toContain(-Infinity);
    expect(shards.get(600)?.key).toEqual([...shards][2]!.key);
    expect(shards.get([...shards][1]!.key)?.rows).toBe([...shards][1]!.rows);
    const some = shards.query().filter((c) => c('x').between(10, 20));
    expect(await some.explain()).toContain('1 of 5 shards');
    expect(await some.numRows()).toBe(finite().filter((x) => x >= 10 && x <= 20).length);
  });

  it('quantile: equal rows, ties merged', async () => {
    const shards = await shardsOf(query(), fresh(), { by: 'k', method: 'quantile', n: 8 });
    expect([...shards].map((shard) => shard.rows)).toEqual(new Array(8).fill(125));
    const tied = tbl({ v: [...new Array<number>(90).fill(5), ...Array.from({ length: 10 }, (_, i) => i)] });
    const few = await shardsOf(tied as never, fresh(), { by: 'v', method: 'quantile', n: 10 });
    expect([...few].every((shard) => shard.rows > 0)).toBe(true);
    expect([...few].reduce((sum, shard) => sum + shard.rows, 0)).toBe(100);
    const texts = await shardsOf(query(), fresh(), { by: 'g', method: 'quantile', n: 2 });
    expect([...texts].map(({ key }) => key)).toEqual([
      { g: { from: null, to: 'b' } },
      { g: { from: 'b', to: null } },
      { g: null },
    ]);
  });

  it('hash: buckets, nulls apart', async () => {
    const shards = await shardsOf(query(), fresh(), { by: 'g', method: 'hash', n: 3 });
    expect([...shards].at(-1)?.key).toEqual({ bucket: null });
    expect(shards.get({ bucket: null })?.rows).toBe(200);
    expect([...shards].reduce((sum, shard) => sum + shard.rows, 0)).toBe(1000);
  });

  it('auto picks', async () => {
    const picked = async (by: string, from: Query<never>): Promise<string> =>
      (await shardsOf(from, fresh(), { by, method: 'auto' })).method;
    expect(await picked('g', query())).toBe('level');
    expect(await picked('day', query())).toBe('level');
    const many = tbl({ v: Array.from({ length: 2000 }, (_, i) => i) }) as never;
    expect(await picked('v', many)).toBe('quantile');
  });

  it('refuses what does not fit', async () => {
    expect(await messageOf(shardsOf(query(), fresh(), { by: 'g', method: 'range' }))).toMatch(
      /^type: .*"g" is utf8/,
    );
    expect(
      await messageOf(shardsOf(query(), fresh(), { by: ['g', 'k'] as never, method: 'quantile' })),
    ).toMatch(/^argument: .*one column, not of 2/);
    expect(await messageOf(shardsOf(query(), fresh(), { by: 'g', n: 4 }))).toMatch(/^argument: n is for/);
    expect(await messageOf(shardsOf(query(), fresh(), { by: 'h' }))).toMatch(/^plan: .*"h"/);
    expect(await messageOf(shardsOf(query(), fresh(), { by: 'g', method: 'none' as never }))).toMatch(
      /^argument: method/,
    );
  });

  it('makes no shards of no rows', async () => {
    for (const method of ['level', 'range', 'quantile', 'hash', 'auto'] as const) {
      const none = tbl(rows, { schema }).filter((r) => r.$('k').mul(0).gt(0)) as never;
      const shards = await shardsOf(none, fresh(), { by: 'k', method });
      expect(shards.length).toBe(0);
      expect(await shards.query().rows()).toEqual([]);
      expect(shards.schema.names).toEqual(schema.names);
      expect([...(await shards.groupMap((t) => t.numRows))]).toEqual([]);
      expect(String(shards)).toContain('0 by k');
    }
  });
});
