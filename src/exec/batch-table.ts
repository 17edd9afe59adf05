/** The engine's batches as tables: the same memory, seen as columns. */
import { EngineError } from '../base/engine-error.js';
import type { Bitmap } from '../data/bitmap.js';
import type { ColumnData, TextDictionary, ValueArray } from '../data/column.js';
import type { ValuePolicy } from '../data/policy.js';
import type { Schema } from '../data/schema.js';
import { Table } from '../data/table.js';
import { textDictionary } from '../data/text.js';
import type { DataType } from '../data/types.js';
import { typeIds, typeName } from '../data/types.js';
import type { RawBatch, RawColumn, RawDictionary } from './native-engine.js';

/** Batches share dictionaries; their strings are decoded once for all of them. */
const dictionaries = new WeakMap<RawDictionary, TextDictionary>();

/** A batch as a table of the schema; nothing is copied. */
export function batchTable(batch: RawBatch, schema: Schema, policy: ValuePolicy): Table {
  const columns = schema.fields.map((field, i) => columnOf(batch.columns[i], field.type, batch.rows));
  return new Table(schema, columns, batch.rows, policy);
}

function columnOf(raw: RawColumn | undefined, type: DataType, length: number): ColumnData {
  if (raw?.typeId !== typeIds[type.kind]) {
    throw new EngineError(
      'internal',
      `the engine gave a column of type ${raw?.typeId ?? 'none'} for ${typeName(type)}; please report it`,
    );
  }
  const base = {
    type,
    length,
    validity: raw.nullCount === 0 || raw.validity === null ? null : bitsOf(raw.validity),
    nullCount: raw.nullCount,
  };
  if (raw.dictionary !== undefined) {
    const codes = raw.values as Uint32Array;
    return { ...base, layout: 'dictionary', codes, dictionary: dictionaryOf(raw.dictionary) };
  }
  if (type.kind === 'utf8') {
    return {
      ...base,
      layout: 'text',
      offsets: raw.offsets ?? new Int32Array(1),
      data: raw.data ?? new Uint8Array(0),
    };
  }
  if (type.kind === 'bool') return { ...base, layout: 'bits', bits: bitsOf(raw.values as Uint8Array) };
  return { ...base, layout: 'fixed', values: raw.values as ValueArray };
}

function bitsOf(bytes: Uint8Array): Bitmap {
  return { bytes, offset: 0 };
}

function dictionaryOf(raw: RawDictionary): TextDictionary {
  const known = dictionaries.get(raw);
  if (known !== undefined) return known;
  const made = textDictionary(raw.offsets, raw.data, raw.length);
  dictionaries.set(raw, made);
  return made;
}
