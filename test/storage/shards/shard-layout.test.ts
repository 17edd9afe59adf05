/** The arithmetic of shards: the engine's order of values, bounds of equal width, manifests there and back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues } from '../../../src/data/compare-values.js';
import type { PhysicalValue } from '../../../src/data/compare-values.js';
import { Schema } from '../../../src/data/schema.js';
import type { DataType } from '../../../src/data/types.js';
import * as types from '../../../src/data/types.js';
import { rangeBounds } from '../../../src/query/shards/range-bounds.js';
import { decodeManifest, encodeManifest } from '../../../src/storage/shards/manifest.js';
import type { ShardManifest } from '../../../src/storage/shards/manifest.js';
import { matchingShards } from '../../../src/storage/shards/matching-shards.js';
import { inKeyOrder, placeAmong } from '../../../src/storage/shards/shard-layout.js';
import type { ShardLayout } from '../../../src/storage/shards/shard-layout.js';

describe('the order of values', () => {
  it('is that of UTF-8 bytes for text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const bytes = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(Math.sign(compareValues(a, b))).toBe(bytes);
      }),
    );
    expect(compareValues('\uffff', '😀')).toBeLessThan(0);
  });

  it('has NaN above infinity, −0 at 0, null last, bigints among numbers', () => {
    const values: PhysicalValue[] = [null, Number.NaN, Infinity, 2n ** 60n, 1, -0, -5n, -Infinity];
    expect([...values].sort(compareValues)).toEqual([...values].reverse());
    expect(compareValues(0, -0)).toBe(0);
    expect(compareValues(Number.NaN, Number.NaN)).toBe(0);
    expect(compareValues(7, 7n)).toBe(0);
  });
});

describe('bounds of equal width', () => {
  it('ascend strictly between the least and the greatest key, whatever the type', () => {
    const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const cases: readonly (readonly [DataType, fc.Arbitrary<number | bigint>])[] = [
      [types.int64, whole],
      [types.timestamp('ns'), whole],
      [types.uint64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
      [types.int8, fc.integer({ min: -128, max: 127 })],
      [types.date, fc.integer()],
      [types.float64, fc.double({ noDefaultInfinity: true, noNaN: true })],
      [types.float32, fc.float({ noDefaultInfinity: true, noNaN: true })],
    ];
    for (const [type, values] of cases) {
      fc.assert(
        fc.property(values, values, fc.integer({ min: 1, max: 40 }), (a, b, n) => {
          const [least, greatest] = a <= b ? [a, b] : [b, a];
          const bounds = rangeBounds(least, greatest, n, type);
          expect(bounds.length).toBeLessThan(n);
          let before: PhysicalValue = least;
          for (const bound of bounds) {
            expect(compareValues(bound, before)).toBeGreaterThan(0);
            expect(compareValues(bound, greatest)).toBeLessThanOrEqual(0);
            if (type.kind === 'timestamp') expect(typeof bound).toBe('bigint');
            if (type.kind === 'float32') expect(Math.fround(Number(bound))).toBe(bound);
            before = bound;
          }
          if (least !== greatest && n > 1) expect(bounds.length).toBeGreaterThan(0);
        }),
      );
    }
  });

  it('divide whole numbers evenly', () => {
    expect(rangeBounds(0, 99, 4, types.int32)).toEqual([25, 50, 75]);
    expect(rangeBounds(0, 2, 10, types.int32)).toEqual([1, 2]);
    expect(rangeBounds(5, 5, 10, types.int32)).toEqual([]);
    expect(rangeBounds(null, null, 10, types.int32)).toEqual([]);
    expect(rangeBounds(-Number.MAX_VALUE, Number.MAX_VALUE, 2, types.float64)).toEqual([0]);
  });

  it('tell apart floats that follow each other', () => {
    expect(rangeBounds(0, Number.MIN_VALUE, 2, types.float64)).toEqual([Number.MIN_VALUE]);
    expect(rangeBounds(-Number.MIN_VALUE, -0, 2, types.float64)).toEqual([0]);
    expect(rangeBounds(-0, 0, 9, types.float64)).toEqual([]);
    expect(rangeBounds(1, 1 + 2 ** -23, 3, types.float32)).toEqual([1 + 2 ** -23]);
  });

  it('place every key', () => {
    const bounds = [10, 20, 30];
    expect([-Infinity, 9, 10, 19.5, 30, Infinity, Number.NaN].map((key) => placeAmong(bounds, key))).toEqual([
      0, 0, 1, 1, 3, 3, 3,
    ]);
  });
});

const schema = new Schema([
  { name: 'b', type: types.bool, nullable: true },
  { name: 'i', type: types.uint64, nullable: false },
  { name: 'f', type: types.float32, nullable: true },
  { name: 't', type: types.utf8, nullable: true },
  { name: 'd', type: types.date, nullable: true },
  { name: 'at', type: types.timestamp('ns', 'Europe/Vienna'), nullable: true },
  { name: '__proto__', type: types.float64, nullable: true },
]);
const keyOf = fc.tuple(
  fc.option(fc.boolean()),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((i) => (i < 2n ** 53n ? Number(i) : i)),
  fc.option(fc.float().map((value) => (value === 0 ? 0 : value))),
  fc.option(fc.string({ unit: 'grapheme' })),
  fc.option(fc.integer()),
  fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  fc.option(fc.double().map((value) => (value === 0 ? 0 : value))),
);

describe('a manifest', () => {
  it('comes back as it was, with keys of every type', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), keyOf)),
        (given) => {
          const shards = inKeyOrder(
            given.map(([rows, checksum, key], number) => ({ number, rows, checksum, key })),
          );
          const manifest: ShardManifest = {
            schema,
            by: schema.names,
            method: 'level',
            bounds: [],
            buckets: 0,
            shardColumn: '$shard',
            rows: shards.reduce((sum, shard) => sum + shard.rows, 0),
            shards,
            data: {
              file: 'data.vtr',
              id: Buffer.alloc(16, 7),
              bytes: 5,
              sequence: 1,
              footerChecksum: 2n ** 64n - 1n,
            },
          };
          const { schema: columns, ...rest } = decodeManifest(encodeManifest(manifest));
          const { schema: before, ...expected } = manifest;
          expect(columns.toString()).toBe(before.toString());
          expect(rest).toEqual(expected);
        },
      ),
    );
  });

  it('is refused where it says what cannot be, though its checksum is right', () => {
    const good: ShardManifest = {
      schema,
      by: ['t'],
      method: 'range',
      bounds: ['a'],
      buckets: 0,
      shardColumn: '$shard',
      rows: 3,
      shards: [
        { number: 0, rows: 1, checksum: 1n, key: [] },
        { number: 1, rows: 2, checksum: 1n, key: [] },
      ],
      data: { file: 'data.vtr', id: Buffer.alloc(16), bytes: 5, sequence: 1, footerChecksum: 1n },
    };
    const refused = (change: Partial<ShardManifest>): string => {
      try {
        decodeManifest(encodeManifest({ ...good, ...change }));
        return 'nothing';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refused({})).toBe('nothing');
    expect(refused({ rows: 4 })).toContain('do not add up');
    expect(refused({ shards: [good.shards[0]!, { ...good.shards[1]!, number: 0 }] })).toContain('one number');
    expect(refused({ by: ['nowhere'] })).toContain('none of its columns');
    expect(refused({ by: [] })).toContain('no method or key');
    expect(refused({ bounds: [5] })).toContain('no utf8');
    expect(refused({ shardColumn: 't' })).toContain('one of the others');
    expect(refused({ data: { ...good.data, file: '../other.vtr' } })).toContain('no data file');
    expect(refused({ data: { ...good.data, bytes: -1 } })).toContain('no size');
    expect(refused({ method: 'sorted' as 'range' })).toContain('no method or key');
    expect(refused({ shards: [{ ...good.shards[0]!, rows: 3, key: ['a'] }] })).toContain('not [number, rows');
  });
});

describe('shards that conditions leave', () => {
  const layout: ShardLayout = {
    schema,
    by: ['t', 'd'],
    method: 'hash',
    bounds: [],
    buckets: 8,
    shardColumn: '$shard',
    rows: 8,
    shards: Array.from({ length: 8 }, (_, number) => ({ number, rows: 1, checksum: 0n, key: [] })),
  };
  const hash = (key: readonly PhysicalValue[]): number => (String(key[0]).length + Number(key[1])) % 8;
  const numbers = (...predicates: Parameters<typeof matchingShards>[1]): number[] | undefined =>
    matchingShards(layout, predicates, hash)?.map((shard) => shard.number);

  it('are told by hash only where every key column has its values', () => {
    const text = { column: 't', compare: 'in', values: ['ab', 'abc'] } as const;
    expect(numbers(text)).toBeUndefined();
    expect(numbers(text, { column: 'd', compare: 'eq', values: [1] })).toEqual([3, 4]);
    expect(numbers(text, { column: 'd', compare: 'gt', values: [1] })).toBeUndefined();
    expect(numbers(text, { column: 'd', compare: 'isNull', values: [] })).toEqual([2, 3]);
  });

  it('are told by their number', () => {
    expect(numbers({ column: '$shard', compare: 'ge', values: [6] })).toEqual([6, 7]);
    expect(numbers({ column: 'i', compare: 'ge', values: [6] })).toBeUndefined();
  });
});
