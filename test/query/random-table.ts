/** Random tables of every type, made of raw bits: NaN with payloads, −0, extremes, dictionaries, names nobody expects. */
import fc from 'fast-check';
import { bitAt, packBits } from '../../src/data/bitmap.js';
import type { ColumnData } from '../../src/data/column.js';
import { isValid, newValues, TextDictionary } from '../../src/data/column.js';
import { Schema } from '../../src/data/schema.js';
import { Table } from '../../src/data/table.js';
import { decodeTexts } from '../../src/data/text.js';
import type { DataType } from '../../src/data/types.js';
import * as types from '../../src/data/types.js';

export const everyType: readonly DataType[] = [
  ...types.plainTypes,
  types.timestamp('s'),
  types.timestamp('ms', 'Europe/Vienna'),
  types.timestamp('us', '+05:30'),
  types.timestamp('ns'),
];

const oddNames = [
  '__proto__',
  'constructor',
  'then',
  '',
  '0',
  '12',
  'a b',
  '"',
  'Ünï',
  '😀',
  '$shard',
  'rows',
  'path',
];

const texts = ['', 'a', 'zürich', '日本', '😀', 'a text of more than twelve bytes', '\0', 'x'.repeat(300)];

/** A column of `rows` rows whose value i is that of `bits` i times round, so that pages hold runs and noise alike. */
function column(
  type: DataType,
  rows: number,
  seeds: readonly bigint[],
  nulls: readonly boolean[],
  run: number,
): ColumnData {
  const seedAt = (i: number): bigint => seeds[Math.floor(i / run) % seeds.length] ?? 0n;
  const isNull = (i: number): boolean => nulls[i % nulls.length] ?? false;
  const nullCount = Array.from({ length: rows }, (_, i) => isNull(i)).filter(Boolean).length;
  const validity = nullCount === 0 ? null : packBits(rows, (i) => !isNull(i));
  const base = { type, length: rows, validity, nullCount };
  if (type.kind === 'bool')
    return { ...base, layout: 'bits', bits: packBits(rows, (i) => (seedAt(i) & 1n) === 1n) };
  if (type.kind === 'utf8') {
    const codes = Uint32Array.from({ length: rows }, (_, i) => Number(seedAt(i) % BigInt(texts.length)));
    const bytes = texts.map((text) => Buffer.from(text));
    const offsets = new Int32Array(texts.length + 1);
    bytes.forEach((text, i) => (offsets[i + 1] = offsets[i]! + text.length));
    const all = { type, length: texts.length, validity: null, nullCount: 0, layout: 'text' as const };
    const dictionary = new TextDictionary({ ...all, offsets, data: Buffer.concat(bytes) }, (text) => {
      const out: unknown[] = [];
      decodeTexts(text, 0, text.length, out);
      return out as string[];
    });
    return { ...base, layout: 'dictionary', codes, dictionary };
  }
  const values = newValues(type, rows);
  const view = new DataView(values.buffer);
  const width = values.BYTES_PER_ELEMENT;
  for (let i = 0; i < rows; i++) {
    const bits = seedAt(i);
    for (let b = 0; b < width; b++) view.setUint8(i * width + b, Number((bits >> BigInt(8 * b)) & 0xffn));
    // Days beyond what a Date can hold are nobody's business here.
    if (type.kind === 'date') view.setInt32(i * width, Number(BigInt.asIntN(20, bits)), true);
  }
  return { ...base, layout: 'fixed', values };
}

const bits: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 63n - 1n),
  fc.constantFrom(
    0x7ff8_0000_0000_0123n,
    0xfff8_0000_0000_0001n,
    0x7ff0_0000_0000_0000n,
    0x3ff0_0000_0000_0000n,
  ),
  fc.constantFrom(0x7fc0_0077n, 0x8000_0000n, 0x7f80_0000n, 0xffc0_0001n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 300n }),
);

/** Columns of different names, up to a few pages of rows. */
export const randomTable: fc.Arbitrary<Table> = fc
  .record({
    rows: fc.constantFrom(0, 1, 5, 63, 2049, 17_000),
    names: fc.uniqueArray(fc.oneof(fc.constantFrom(...oddNames), fc.string({ maxLength: 6 })), {
      minLength: 1,
      maxLength: 6,
    }),
  })
  .chain(({ rows, names }) =>
    fc
      .tuple(
        ...names.map((name) =>
          fc
            .record({
              type: fc.constantFrom(...everyType),
              seeds: fc.array(bits, { minLength: 1, maxLength: 20 }),
              nulls: fc.oneof(
                fc.constant([false]),
                fc.constant([true]),
                fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }),
              ),
              run: fc.constantFrom(1, 3, 5000),
            })
            .map(({ type, seeds, nulls, run }) => ({ name, data: column(type, rows, seeds, nulls, run) })),
        ),
      )
      .map((columns) => {
        const schema = new Schema(
          columns.map(({ name, data }) => ({ name, type: data.type, nullable: true })),
        );
        return new Table(
          schema,
          columns.map(({ data }) => data),
          rows,
        );
      }),
  );

/** Everything that can be told of a table's rows, down to the bits; names and types in front. */
export function bitsOf(table: Table): unknown[] {
  return table.columns.map((data, c) => {
    const { name, type } = table.schema.fields[c]!;
    return [name, types.typeName(type), ...cellsOf(data)];
  });
}

function cellsOf(data: ColumnData): unknown[] {
  const rows = Array.from({ length: data.length }, (_, i) => i);
  const cell = cellReader(data);
  return rows.map((i) => (isValid(data, i) ? cell(i) : null));
}

function cellReader(data: ColumnData): (i: number) => unknown {
  switch (data.layout) {
    case 'bits':
      return (i) => bitAt(data.bits, i);
    case 'text': {
      const out: unknown[] = [];
      decodeTexts(data, 0, data.length, out);
      return (i) => out[i];
    }
    case 'dictionary':
      return (i) => data.dictionary.strings[Number(data.codes[i])];
    case 'fixed': {
      const { values } = data;
      if (values instanceof Float64Array) {
        const whole = new BigUint64Array(values.slice().buffer);
        return (i) => `0x${whole[i]!.toString(16)}`;
      }
      if (values instanceof Float32Array) {
        const whole = new Uint32Array(values.slice().buffer);
        return (i) => `0x${whole[i]!.toString(16)}`;
      }
      return (i) => String(values[i]);
    }
  }
}
