/** Batches of the engine seen as tables. */
import { expect, test } from 'vitest';
import { defaultPolicy } from '../../src/data/policy.js';
import { Schema } from '../../src/data/schema.js';
import { bool, float64, int64, typeIds, utf8 } from '../../src/data/types.js';
import { batchTable } from '../../src/exec/batch-table.js';
import type { RawColumn } from '../../src/native/addon.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const raw = (typeId: number, rest: Partial<RawColumn>): RawColumn => ({
  typeId,
  nullCount: 0,
  validity: null,
  values: null,
  ...rest,
});

const dictionary = { id: 1, length: 2, offsets: Int32Array.of(0, 3, 6), data: bytes('SFOLAX') };

test('every layout, with nulls, and no copy', () => {
  const schema = new Schema([
    { name: 'n', type: int64, nullable: false },
    { name: 'x', type: float64, nullable: true },
    { name: 'b', type: bool, nullable: false },
    { name: 't', type: utf8, nullable: false },
    { name: 'd', type: utf8, nullable: false },
  ]);
  const n = BigInt64Array.of(1n, 2n, 3n);
  const columns = [
    raw(typeIds.int64, { values: n }),
    raw(typeIds.float64, {
      values: Float64Array.of(0.5, 0, 1.5),
      validity: Uint8Array.of(0b101),
      nullCount: 1,
    }),
    raw(typeIds.bool, { values: Uint8Array.of(0b110) }),
    raw(typeIds.utf8, { offsets: Int32Array.of(0, 1, 1, 3), data: bytes('aé') }),
    raw(typeIds.utf8, { values: Uint32Array.of(1, 0, 1), dictionary }),
  ];
  const table = batchTable({ rows: 3, columns }, schema, defaultPolicy);
  expect(table.toArray()).toEqual([
    { n: 1, x: 0.5, b: false, t: 'a', d: 'LAX' },
    { n: 2, x: null, b: true, t: '', d: 'SFO' },
    { n: 3, x: 1.5, b: true, t: 'é', d: 'LAX' },
  ]);
  const first = table.columns[0];
  expect(first?.layout === 'fixed' && first.values).toBe(n);
});

test('batches share their dictionary', () => {
  const schema = new Schema([{ name: 'd', type: utf8, nullable: false }]);
  const batch = { rows: 1, columns: [raw(typeIds.utf8, { values: Uint32Array.of(0), dictionary })] };
  const [a, b] = [1, 2].map(() => batchTable(batch, schema, defaultPolicy).columns[0]);
  expect(a?.layout === 'dictionary' && b?.layout === 'dictionary' && a.dictionary === b.dictionary).toBe(
    true,
  );
});

test('a column that is not what was planned is a fault', () => {
  const schema = new Schema([{ name: 'd', type: utf8, nullable: false }]);
  const wrong = { rows: 1, columns: [raw(typeIds.int64, { values: BigInt64Array.of(1n) })] };
  expect(() => batchTable(wrong, schema, defaultPolicy)).toThrow(
    expect.objectContaining({ code: 'internal' }),
  );
  expect(() => batchTable({ rows: 1, columns: [] }, schema, defaultPolicy)).toThrow(
    /type none for the column "d" of utf8/,
  );
});
