/** Arrow data in, of every supported type, sliced and chunked, and back out; what is not supported is refused by name. */
import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { importArrow, importArrowIpc } from '../../src/data/arrow-import.js';
import { importRows } from '../../src/data/import-rows.js';
import { Schema } from '../../src/data/schema.js';
import type { Table } from '../../src/data/table.js';
import * as types from '../../src/data/types.js';

function rowsOf(table: arrow.Table): object[] {
  return importArrow(table).batches.flatMap((batch) => batch.toArray());
}

describe('importArrow', () => {
  it('reads every type we have', () => {
    const table = new arrow.Table({
      i8: arrow.vectorFromArray([1, null, -3], new arrow.Int8()),
      u16: arrow.vectorFromArray([1, 2, 65_535], new arrow.Uint16()),
      i64: arrow.vectorFromArray([1n, null, -3n], new arrow.Int64()),
      f32: arrow.vectorFromArray([0.5, null, -1], new arrow.Float32()),
      flag: arrow.vectorFromArray([true, null, false], new arrow.Bool()),
      text: arrow.vectorFromArray(['a', null, 'ä😀'], new arrow.Utf8()),
      coded: arrow.vectorFromArray(
        ['x', null, 'x'],
        new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
      ),
      day: arrow.vectorFromArray([new Date('2024-02-29'), null, new Date(0)], new arrow.DateDay()),
      at: arrow.vectorFromArray([1_700_000_000_123, null, -1], new arrow.TimestampMillisecond()),
    });
    expect(rowsOf(table)).toEqual([
      {
        i8: 1,
        u16: 1,
        i64: 1,
        f32: 0.5,
        flag: true,
        text: 'a',
        coded: 'x',
        day: new Date('2024-02-29'),
        at: new Date(1_700_000_000_123),
      },
      { i8: null, u16: 2, i64: null, f32: null, flag: null, text: null, coded: null, day: null, at: null },
      {
        i8: -3,
        u16: 65_535,
        i64: -3,
        f32: -1,
        flag: false,
        text: 'ä😀',
        coded: 'x',
        day: new Date(0),
        at: new Date(-1),
      },
    ]);
  });

  it('honours slices', () => {
    const table = new arrow.Table({
      flag: arrow.vectorFromArray(
        [true, null, false, true, true, null, false, false, true, null],
        new arrow.Bool(),
      ),
      text: arrow.vectorFromArray(['a', 'b', null, 'd', 'e', 'f', 'g', null, 'i', 'j'], new arrow.Utf8()),
    });
    const sliced = table.slice(3, 9);
    expect(rowsOf(sliced)).toEqual(
      sliced.toArray().map((r: unknown) => (r as { toJSON(): object }).toJSON()),
    );
  });

  it('refuses a type by name', () => {
    const table = new arrow.Table({
      l: arrow.vectorFromArray([[1]], new arrow.List(new arrow.Field('v', new arrow.Int8()))),
    });
    expect(() => importArrow(table)).toThrow(/column "l" has the Arrow type List/);
  });

  it('refuses milliseconds that are no whole day', () => {
    const data = arrow.makeData({
      type: new arrow.DateMillisecond(),
      length: 1,
      data: new BigInt64Array([1n]) as never,
    });
    expect(() => importArrow(new arrow.Table({ d: new arrow.Vector([data]) }))).toThrow(/not a whole day/);
  });

  it('says so when bytes are no Arrow', () => {
    expect(() => importArrowIpc(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]))).toThrow(/Arrow IPC/);
  });

  it('is the inverse of toArrow, through IPC bytes', async () => {
    const row = fc.record({
      a: fc.option(fc.double()),
      b: fc.option(fc.string({ unit: 'grapheme' })),
      c: fc.option(fc.boolean()),
      d: fc.option(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      ),
    });
    const schema = new Schema([
      { name: 'a', type: types.float64, nullable: true },
      { name: 'b', type: types.utf8, nullable: true },
      { name: 'c', type: types.bool, nullable: true },
      { name: 'd', type: types.timestamp('ms'), nullable: true },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
        const [table] = [...importRows(rows, schema).batches()];
        const back = importArrowIpc(arrow.tableToIPC(await (table as Table).toArrow()));
        expect(back.schema.toString()).toBe(schema.toString());
        expect(back.batches.flatMap((batch) => batch.toArray())).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });
});
