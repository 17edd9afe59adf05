/** What the states of `topK` and `reservoir` hold: rows with their places, as a table. */
import type { ColumnData } from '../../data/column.js';
import { newValues } from '../../data/column.js';
import { packBits } from '../../data/bitmap.js';
import { Schema } from '../../data/schema.js';
import { Table } from '../../data/table.js';
import type { DataType } from '../../data/types.js';
import type { StateReader } from './state-reader.js';

/** A value as the state has it: its bytes, or null. */
type Cell = Uint8Array | null;

/**
 * Reads u32 columns, of each u8 type and u8 unit, u64 rows, and of each u64 place and its values: u8 null, then the value,
 * of text u32 length and the bytes. Ends the reading.
 *
 * @param order 'kept' as the state has them, 'input' by their place
 */
export function readKeptRows(reader: StateReader, names: readonly string[], order: 'kept' | 'input'): Table {
  if (reader.u32() !== names.length) reader.damaged();
  const types = names.map(() => reader.type());
  const count = reader.count();
  const rows: { readonly place: bigint; readonly cells: readonly Cell[] }[] = [];
  for (let row = 0; row < count; row++) {
    const place = reader.u64();
    rows.push({ place, cells: types.map((type) => readCell(reader, type)) });
  }
  reader.end();
  if (order === 'input') rows.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  const schema = new Schema(names.map((name, c) => ({ name, type: types[c]!, nullable: true })));
  const columns = types.map((type, c) =>
    columnOf(
      type,
      rows.map(({ cells }) => cells[c]!),
    ),
  );
  return new Table(schema, columns, count);
}

function readCell(reader: StateReader, type: DataType): Cell {
  if (reader.u8() !== 0) return null;
  if (type.kind === 'utf8') return reader.bytes(reader.u32());
  return reader.bytes(type.kind === 'bool' ? 1 : newValues(type, 0).BYTES_PER_ELEMENT);
}

function columnOf(type: DataType, cells: readonly Cell[]): ColumnData {
  const { length } = cells;
  const nullCount = cells.filter((cell) => cell === null).length;
  const validity = nullCount === 0 ? null : packBits(length, (i) => cells[i] !== null);
  const base = { type, length, validity, nullCount };
  if (type.kind === 'bool')
    return { ...base, layout: 'bits', bits: packBits(length, (i) => cells[i]?.[0] === 1) };
  if (type.kind === 'utf8') {
    const offsets = new Int32Array(length + 1);
    for (const [i, cell] of cells.entries()) offsets[i + 1] = offsets[i]! + (cell?.length ?? 0);
    const data = new Uint8Array(offsets[length]!);
    for (const [i, cell] of cells.entries()) if (cell !== null) data.set(cell, offsets[i]);
    return { ...base, layout: 'text', offsets, data };
  }
  const values = newValues(type, length);
  const bytes = new Uint8Array(values.buffer);
  for (const [i, cell] of cells.entries()) if (cell !== null) bytes.set(cell, i * values.BYTES_PER_ELEMENT);
  return { ...base, layout: 'fixed', values };
}
