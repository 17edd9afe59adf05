/** Tables and their columns: reading, slicing, policies for int64 and dates, matrices, Arrow out. */
import { tableFromArrays, vectorFromArray } from 'apache-arrow';
import { describe, expect, it } from 'vitest';

import type { ColumnData } from '../../src/data/column.js';
import { importRecord, importRows } from '../../src/data/import-rows.js';
import { Schema } from '../../src/data/schema.js';
import { Table } from '../../src/data/table.js';
import * as types from '../../src/data/types.js';

function tableOf(rows: readonly object[], schema?: Schema): Table {
  const [first] = [...importRows(rows, schema).batches()];
  if (first === undefined) throw new Error('no rows');
  return first;
}

const fixed = (type: types.DataType, values: BigInt64Array | BigUint64Array | Int32Array): ColumnData => ({
  layout: 'fixed',
  type,
  length: values.length,
  validity: null,
  nullCount: 0,
  values,
});

function single(type: types.DataType, values: BigInt64Array | BigUint64Array | Int32Array): Table {
  return new Table(new Schema([{ name: 'x', type, nullable: false }]), [fixed(type, values)], values.length);
}

describe('Table', () => {
  const rows = [
    { a: 1, b: 'x', c: true, d: new Date('2024-02-29T12:00:00.250Z'), e: 5n },
    { a: null, b: null, c: null, d: null, e: null },
    { a: -0.5, b: 'grün 😀', c: false, d: new Date(0), e: -7n },
  ];

  it('gives back the rows it was made of', () => {
    const table = tableOf(rows);
    const expected = rows.map((row) => ({ ...row, e: row.e === null ? null : Number(row.e) }));
    expect(table.toArray()).toEqual(expected);
    expect([...table.rows()]).toEqual(expected);
    expect([...table]).toEqual(expected);
    expect(table.at(-1)).toEqual(expected[2]);
    expect(table.at(3)).toBeUndefined();
  });

  it('shows columns as the typed arrays they are', () => {
    const table = tableOf(rows);
    expect(table.column('a').values).toBeInstanceOf(Float64Array);
    expect(table.column('e').values).toBeInstanceOf(BigInt64Array);
    expect(table.column('a').nullCount).toBe(1);
    expect(table.column('a').isNull(1)).toBe(true);
    expect(table.column('b').get(2)).toBe('grün 😀');
    expect([...(table.column('a').validity ?? [])]).toEqual([0b101]);
  });

  it('does not copy a typed array', () => {
    const x = new Float64Array([1, 2, 3]);
    const [batch] = [...importRecord({ x }).batches()];
    expect(batch?.column('x').values.buffer).toBe(x.buffer);
  });

  it('slices without losing track of bits and texts', () => {
    const many = Array.from({ length: 50 }, (_, i) => ({
      t: i % 3 === 0 ? null : `t${String(i)}`,
      b: i % 2 === 0,
    }));
    const table = tableOf(many);
    expect(table.slice(11, 29).slice(2, 9).toArray()).toEqual(many.slice(13, 20));
    expect(table.slice(-3).toArray()).toEqual(many.slice(-3));
  });

  it('names an unknown column with near ones', () => {
    expect(() => tableOf([{ delay: 1 }]).column('dealy')).toThrow(/no column "dealy"; did you mean "delay"/);
  });

  it('keeps columns with names that objects treat specially', () => {
    const row = JSON.parse('{"__proto__": 1, "constructor": "c", "then": true, "": 2, "7": 3}') as object;
    const made = tableOf([row, row]).toArray()[1];
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(new Map(Object.entries(made ?? {}))).toEqual(new Map(Object.entries(row)));
    expect(({} as Record<string, unknown>)['constructor']).toBe(Object);
  });
});

describe('64-bit integers', () => {
  it('are numbers while every value is safe', () => {
    const edge = BigInt(Number.MAX_SAFE_INTEGER);
    expect(
      single(types.int64, new BigInt64Array([edge, -edge, -1n, 0n]))
        .column('x')
        .toArray(),
    ).toEqual([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -1, 0]);
    expect(
      single(types.uint64, new BigUint64Array([edge]))
        .column('x')
        .get(0),
    ).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([2n ** 53n, -(2n ** 53n), 2n ** 62n, -(2n ** 63n)])('refuse %s with the remedy', (value) => {
    expect(() => single(types.int64, new BigInt64Array([0n, value])).toArray()).toThrow(
      /row 1.*int64: 'bigint'/,
    );
  });

  it('refuse unsigned values that would look negative', () => {
    expect(() => single(types.uint64, new BigUint64Array([2n ** 64n - 1n])).toArray()).toThrow(
      /18446744073709551615/,
    );
  });

  it('come out as asked', () => {
    const table = single(types.int64, new BigInt64Array([2n ** 60n]));
    expect(table.withPolicy({ int64: 'bigint', dates: 'date' }).column('x').get(0)).toBe(2n ** 60n);
    expect(table.withPolicy({ int64: 'string', dates: 'date' }).column('x').get(0)).toBe(
      '1152921504606846976',
    );
  });
});

describe('dates and timestamps', () => {
  it('are Dates at UTC midnight, before 1970 too', () => {
    const dates = single(types.date, new Int32Array([0, -1, 19_782]))
      .column('x')
      .toArray() as Date[];
    expect(dates.map((d) => d.toISOString().slice(0, 10))).toEqual([
      '1970-01-01',
      '1969-12-31',
      '2024-02-29',
    ]);
  });

  it('refuse to drop microseconds', () => {
    const table = single(types.timestamp('us'), new BigInt64Array([1_000_001n]));
    expect(() => table.toArray()).toThrow(/1970-01-01T00:00:01.000001Z.*dates: 'bigint'/);
    expect(table.withPolicy({ int64: 'number', dates: 'string' }).column('x').get(0)).toBe(
      '1970-01-01T00:00:01.000001Z',
    );
    expect(table.withPolicy({ int64: 'number', dates: 'bigint' }).column('x').get(0)).toBe(1_000_001n);
  });

  it('refuse a timestamp that no Date reaches', () => {
    expect(() => single(types.timestamp('ms'), new BigInt64Array([2n ** 62n])).toArray()).toThrow(
      /does not fit a Date/,
    );
  });

  it('print years beyond four digits', () => {
    const far = single(types.date, new Int32Array([2_147_483_647, -2_147_483_648]));
    const texts = far.withPolicy({ int64: 'number', dates: 'string' }).column('x').toArray();
    expect(texts).toEqual(['+5881580-07-11', '-5877641-06-23']);
  });
});

describe('matrix', () => {
  it('is row-major with an intercept when asked', () => {
    const table = tableOf([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]);
    expect([...table.matrix(['b', 'a'], { intercept: true }).data]).toEqual([1, 2, 1, 1, 4, 3]);
  });

  it('names the null', () => {
    expect(() => tableOf([{ a: 1 }, { a: null }]).matrix(['a'])).toThrow(/column "a", row 1 is null/);
  });

  it('takes booleans and every type of numbers, also of slices', () => {
    const imported = importRecord({
      i8: Int8Array.of(9, -1, 2),
      u32: Uint32Array.of(9, 4_294_967_295, 0),
      f32: Float32Array.of(9, 0.5, -2),
      i64: BigInt64Array.of(9n, -(2n ** 53n) + 1n, 3n),
      yes: [true, false, true],
    });
    const table = new Table(imported.schema, [...imported.batches()][0]!.columns, 3).slice(1);
    const matrix = table.matrix(['i8', 'u32', 'f32', 'i64', 'yes']);
    expect(matrix).toEqual({
      data: Float64Array.of(-1, 4_294_967_295, 0.5, 1 - 2 ** 53, 0, 2, 0, -2, 3, 1),
      rows: 2,
      cols: 5,
    });
    expect(table.matrix([], { intercept: true }).data).toEqual(Float64Array.of(1, 1));
  });

  it('refuses text, dates and integers that a float64 cannot hold', () => {
    const table = tableOf([{ t: 'a', d: new Date(0), big: 2n ** 53n }]);
    expect(() => table.matrix(['t'])).toThrow(/column "t" is utf8/);
    expect(() => table.matrix(['d'])).toThrow(/column "d" is timestamp/);
    expect(() => table.matrix(['big'])).toThrow(/row 0 is beyond 2\^53/);
    expect(() => table.matrix(['bigg'])).toThrow(/did you mean "big"/);
  });
});

describe('toArrow', () => {
  it('is read the same by Arrow', async () => {
    const table = await tableOf([
      { a: 1.5, b: 'x', c: true, e: 5n },
      { a: null, b: 'yy', c: null, e: 6n },
    ]).toArrow();
    expect(table.numRows).toBe(2);
    expect(table.toArray().map((row: unknown) => (row as { toJSON(): object }).toJSON())).toEqual([
      { a: 1.5, b: 'x', c: true, e: 5n },
      { a: null, b: 'yy', c: null, e: 6n },
    ]);
    expect(tableFromArrays({ z: [1] }).schema.fields[0]?.name).toBe('z');
    expect(vectorFromArray(['p']).get(0)).toBe('p');
  });
});
