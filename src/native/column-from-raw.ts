/** The engine's columns as the data room's: the same memory, other names. */
import { assert } from '../base/assert.js';
import type { ColumnData, NumberArray, TextDictionary, ValueArray } from '../data/column.js';
import { textDictionary } from '../data/text.js';
import type { DataType } from '../data/types.js';
import type { RawColumn, RawDictionary } from './addon.js';

// One dictionary object for one native dictionary, so that its strings are decoded once.
const dictionaries = new WeakMap<RawDictionary, TextDictionary>();

function dictionaryOf(raw: RawDictionary): TextDictionary {
  let made = dictionaries.get(raw);
  if (made === undefined) {
    made = textDictionary(raw.offsets, raw.data, raw.length);
    dictionaries.set(raw, made);
  }
  return made;
}

/** A column of `length` rows of `type` over the raw column's memory. */
export function columnFromRaw(raw: RawColumn, type: DataType, length: number): ColumnData {
  const validity = raw.validity === null ? null : { bytes: raw.validity, offset: 0 };
  const base = { type, length, validity, nullCount: raw.nullCount };
  if (type.kind === 'utf8') {
    if (raw.dictionary !== undefined) {
      const codes = raw.values as NumberArray;
      return { ...base, layout: 'dictionary', codes, dictionary: dictionaryOf(raw.dictionary) };
    }
    assert(raw.offsets !== undefined && raw.data !== undefined, 'a text column has no text');
    return { ...base, layout: 'text', offsets: raw.offsets, data: raw.data };
  }
  if (type.kind === 'bool') {
    return { ...base, layout: 'bits', bits: { bytes: raw.values as Uint8Array, offset: 0 } };
  }
  return { ...base, layout: 'fixed', values: raw.values as ValueArray };
}
