/** Row objects and column records in: inferred types, explicit schemas, and the values that break either. */
import { describe, expect, it } from 'vitest';

import { importBatchRows, importRecord, importRows } from '../../src/data/import-rows.js';
import { Schema } from '../../src/data/schema.js';
import * as types from '../../src/data/types.js';

const schemaOf = (type: types.DataType): Schema => new Schema([{ name: 'x', type, nullable: true }]);

function build(type: types.DataType, ...values: unknown[]): unknown[] {
  return [
    ...importRows(
      values.map((x) => ({ x })),
      schemaOf(type),
    ).batches(),
  ].flatMap((t) => [...t.column('x').values]);
}

describe('importRows', () => {
  it('infers types, and nulls from missing keys', () => {
    const { schema } = importRows([
      { a: 1 },
      { a: 2, b: 'x' },
      { a: 3, b: null, c: 1n, d: new Date(0), e: false },
    ]);
    expect(schema.toString()).toBe('{ a: float64, b: utf8?, c: int64?, d: timestamp(ms)?, e: bool? }');
  });

  it('names both rows of a mixed column', () => {
    expect(() => importRows([{ a: null }, { a: 1 }, { a: 'x' }])).toThrow(
      /row 1 is float64, row 2 \("x"\) is utf8/,
    );
  });

  it('refuses what is no value', () => {
    expect(() => importRows([{ a: [1] }])).toThrow(/an array is no value/);
    expect(() => importRows([1 as unknown as object])).toThrow(/row 0 must be an object/);
  });

  it('converts a bounded number of rows at a time', () => {
    const rows = Array.from({ length: importBatchRows + 5 }, (_, i) => ({ i }));
    expect([...importRows(rows).batches()].map((t) => t.numRows)).toEqual([importBatchRows, 5]);
  });

  it.each<[types.DataType, unknown]>([
    [types.int8, 128],
    [types.int8, 1.5],
    [types.uint8, -1],
    [types.int32, 2 ** 31],
    [types.int64, 2 ** 53],
    [types.int64, 2n ** 63n],
    [types.uint64, -1n],
    [types.float32, 0.1],
    [types.float64, 2n ** 53n + 1n],
    [types.date, '2024-02-30'],
    [types.date, new Date(1)],
    [types.timestamp('s'), new Date(1)],
    [types.timestamp('ns'), new Date('9999-01-01')],
    [types.utf8, 7],
    [types.utf8, '\ud800'],
    [types.bool, 1],
  ])('refuses to squeeze into %j the value %s', (type, value) => {
    expect(() => build(type, null, value)).toThrow(/column "x", row 1.*exactly/);
  });

  it('takes what fits', () => {
    expect(build(types.int64, 5, -6n)).toEqual([5n, -6n]);
    expect(build(types.date, '2024-02-29', new Date('1969-12-31'))).toEqual([19_782, -1]);
    expect(build(types.timestamp('us'), new Date(2), 7n)).toEqual([2000n, 7n]);
  });

  it('refuses a null where the schema allows none', () => {
    const schema = new Schema([{ name: 'x', type: types.int32, nullable: false }]);
    expect(() => [...importRows([{ x: 1 }, {}], schema).batches()]).toThrow(/row 1: null where/);
  });
});

describe('importRecord', () => {
  it('keeps the types of typed arrays', () => {
    const record = { a: new Int16Array([1]), b: new BigUint64Array([2n]), c: ['x'], d: new Float32Array(1) };
    expect(importRecord(record).schema.toString()).toBe('{ a: int16, b: uint64, c: utf8, d: float32 }');
  });

  it('names unequal columns', () => {
    expect(() => importRecord({ a: [1, 2], b: [1] })).toThrow(/"a" has 2 values, "b" 1/);
    expect(() => importRecord({ a: 'no' as unknown as [] })).toThrow(/must be an array/);
  });
});
