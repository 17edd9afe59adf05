/** One Arrow column in our layout: a view where the layouts agree, a conversion that loses nothing where not. */
import { EngineError } from '../base/engine-error.js';
import type { ArrowData } from './arrow-shape.js';
import { arrowTypeId } from './arrow-shape.js';
import type { Bitmap } from './bitmap.js';
import { bitAt, countOnes, packBits } from './bitmap.js';
import type { ColumnData, NumberArray, TextDictionary, ValueArray } from './column.js';
import { newValues } from './column.js';
import { textDictionary } from './text.js';
import type { DataType } from './types.js';

const dayMillis = 86_400_000n;

export function importArrowColumn(data: ArrowData, type: DataType, name: string): ColumnData {
  const { length } = data;
  const validity = validityOf(data);
  const nullCount = validity === null ? 0 : length - countOnes(validity, length);
  const base = { type, length, validity: nullCount === 0 ? null : validity, nullCount };
  if (data.type.typeId === arrowTypeId.dictionary) return fromDictionary(data, type, name, base.validity);
  switch (type.kind) {
    case 'bool':
      return { ...base, layout: 'bits', bits: { bytes: bytesOf(data.values, name), offset: data.offset } };
    case 'utf8': {
      const bytes = bytesOf(data.values, name);
      return { ...base, layout: 'text', offsets: textOffsets(data, bytes, name), data: bytes };
    }
    case 'date':
      return { ...base, layout: 'fixed', values: days(data, name, base.validity) };
    default:
      return { ...base, layout: 'fixed', values: fixedValues(data, type, name) };
  }
}

function validityOf(data: ArrowData): Bitmap | null {
  const bytes = data.nullBitmap;
  if (bytes === undefined || bytes === null || bytes.byteLength === 0 || data.nullCount === 0) return null;
  return { bytes, offset: data.offset };
}

function damaged(name: string, what: string): never {
  throw new EngineError('format', `Arrow column ${JSON.stringify(name)}: ${what}`, {
    detail: { column: name },
  });
}

function bytesOf(values: unknown, name: string): Uint8Array {
  if (values instanceof Uint8Array) return values;
  return damaged(name, 'its buffer is not bytes');
}

/** The values as an array of our element type over the same memory. */
function fixedValues(data: ArrowData, type: DataType, name: string): ValueArray {
  const wanted = newValues(type, 0);
  const { values } = data;
  if (!ArrayBuffer.isView(values) || values instanceof DataView) return damaged(name, 'it has no values');
  const bytes = data.length * wanted.BYTES_PER_ELEMENT;
  if (values.byteLength < bytes)
    return damaged(name, `${String(data.length)} rows in ${String(values.byteLength)} bytes`);
  const given = values as ValueArray;
  if (given.constructor === wanted.constructor) return given.subarray(0, data.length);
  // Timestamps come as pairs of 32-bit words from some versions: the same bytes under another name.
  const make = wanted.constructor as new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => ValueArray;
  if (values.byteOffset % wanted.BYTES_PER_ELEMENT === 0)
    return new make(values.buffer, values.byteOffset, data.length);
  const copy = values.buffer.slice(values.byteOffset, values.byteOffset + bytes);
  return new make(copy, 0, data.length);
}

/** Arrow counts dates in days or in milliseconds; the latter must be whole days. */
function days(data: ArrowData, name: string, validity: Bitmap | null): ValueArray {
  if (data.type.unit === 0)
    return fixedValues(data, data.type.unit === 0 ? { kind: 'date' } : { kind: 'int64' }, name);
  const millis = fixedValues(data, { kind: 'int64' }, name) as BigInt64Array;
  const out = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    if (validity !== null && !bitAt(validity, i)) continue;
    const value = millis[i] ?? 0n;
    const day = value / dayMillis;
    if (value % dayMillis !== 0n || BigInt.asIntN(32, day) !== day) {
      throw new EngineError(
        'data',
        `column ${JSON.stringify(name)}, row ${String(i)}: ${String(value)} ms is not a whole day; it was a date in milliseconds`,
        { detail: { column: name, row: i, value: String(value) } },
      );
    }
    out[i] = Number(day);
  }
  return out;
}

function textOffsets(data: ArrowData, bytes: Uint8Array, name: string): Int32Array {
  const given = data.valueOffsets;
  let offsets: Int32Array;
  if (given instanceof Int32Array) offsets = given.subarray(0, data.length + 1);
  else if (given instanceof BigInt64Array) offsets = narrowOffsets(given, data.length + 1, name);
  else return damaged(name, 'it has no text offsets');
  if (offsets.length < data.length + 1) return damaged(name, 'its text offsets are too few');
  const first = offsets[0] ?? 0;
  const last = offsets[data.length] ?? 0;
  // Order inside is checked by whoever follows the offsets natively; JavaScript's own reads stay inside the bytes.
  if (first < 0 || last < first || last > bytes.byteLength) {
    return damaged(name, `its text offsets ${first} … ${last} do not fit ${bytes.byteLength} bytes`);
  }
  return offsets;
}

/** 64-bit text offsets as 32-bit ones, read by halves: a BigInt for each would cost more than all the rest. */
function narrowOffsets(given: BigInt64Array, count: number, name: string): Int32Array {
  const words = new Int32Array(given.buffer, given.byteOffset, Math.min(count, given.length) * 2);
  const offsets = new Int32Array(words.length >> 1);
  for (let i = 0; i < offsets.length; i++) {
    const low = words[2 * i] ?? 0;
    if (words[2 * i + 1] !== 0 || low < 0) {
      throw new EngineError(
        'limit',
        `Arrow column ${JSON.stringify(name)}: a batch has more than 2 GiB of text; make its batches smaller`,
        {
          detail: { column: name },
        },
      );
    }
    offsets[i] = low;
  }
  return offsets;
}

/** One TextDictionary per Arrow dictionary, however many batches and columns refer to it. */
const dictionaries = new WeakMap<object, { dictionary: TextDictionary; nulls: Bitmap | null }>();

function fromDictionary(data: ArrowData, type: DataType, name: string, validity: Bitmap | null): ColumnData {
  const chunks = data.dictionary?.data ?? [];
  const codes = dictionaryCodes(data, name);
  if (type.kind !== 'utf8') return gatherFixed(data, type, name, codes, validity);
  const { dictionary, nulls } = textDictionaryOf(data, name);
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const valid = withNulls(data.length, codes, validity, nulls, total, name);
  const nullCount = valid === null ? 0 : data.length - countOnes(valid, data.length);
  return { layout: 'dictionary', type, length: data.length, validity: valid, nullCount, codes, dictionary };
}

function dictionaryCodes(data: ArrowData, name: string): NumberArray {
  const { values } = data;
  if (!ArrayBuffer.isView(values) || values instanceof DataView) return damaged(name, 'it has no codes');
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    return Int32Array.from(values, Number);
  return (values as NumberArray).subarray(0, data.length);
}

function textDictionaryOf(
  data: ArrowData,
  name: string,
): { dictionary: TextDictionary; nulls: Bitmap | null } {
  const vector = data.dictionary;
  if (vector === undefined) return damaged(name, 'its dictionary is missing');
  const known = dictionaries.get(vector);
  if (known !== undefined) return known;
  const parts = vector.data.map((chunk) => importArrowColumn(chunk, { kind: 'utf8' }, name));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const offsets = new Int32Array(length + 1);
  const pieces: Uint8Array[] = [];
  const valid: boolean[] = [];
  let row = 0;
  let used = 0;
  for (const part of parts) {
    if (part.layout !== 'text') return damaged(name, 'its dictionary is not text');
    const first = part.offsets[0] ?? 0;
    for (let i = 0; i < part.length; i++) {
      valid.push(part.validity === null || bitAt(part.validity, i));
      offsets[++row] = used + (part.offsets[i + 1] ?? 0) - first;
    }
    pieces.push(part.data.subarray(first, part.offsets[part.length]));
    used = offsets[row] ?? 0;
  }
  const nulls = valid.every(Boolean) ? null : packBits(length, (i) => valid[i] ?? false);
  const made = { dictionary: textDictionary(offsets, Buffer.concat(pieces), length), nulls };
  dictionaries.set(vector, made);
  return made;
}

/** Validity of rows by their codes: a code beyond the dictionary is damage, one of a null entry is a null. */
function withNulls(
  length: number,
  codes: NumberArray,
  validity: Bitmap | null,
  nulls: Bitmap | null,
  total: number,
  name: string,
): Bitmap | null {
  for (let i = 0; i < length; i++) {
    const code = codes[i] ?? 0;
    if ((code < 0 || code >= total) && (validity === null || bitAt(validity, i))) {
      return damaged(name, `code ${String(code)} of a dictionary with ${String(total)} entries`);
    }
  }
  if (nulls === null) return validity;
  return packBits(length, (i) => (validity === null || bitAt(validity, i)) && bitAt(nulls, codes[i] ?? 0));
}

function gatherFixed(
  data: ArrowData,
  type: DataType,
  name: string,
  codes: NumberArray,
  validity: Bitmap | null,
): ColumnData {
  const chunk = data.dictionary?.data[0];
  if (chunk === undefined || (data.dictionary?.data.length ?? 0) > 1 || type.kind === 'bool') {
    throw new EngineError(
      'unsupported',
      `column ${JSON.stringify(name)}: this dictionary of ${type.kind} is not read; decode it first`,
      {
        detail: { column: name },
      },
    );
  }
  const source = importArrowColumn(chunk, type, name);
  if (source.layout !== 'fixed') return damaged(name, 'its dictionary is not of fixed width');
  const valid = withNulls(data.length, codes, validity, source.validity, source.length, name);
  const values = newValues(type, data.length);
  for (let i = 0; i < data.length; i++) values[i] = source.values[codes[i] ?? 0] ?? 0;
  const nullCount = valid === null ? 0 : data.length - countOnes(valid, data.length);
  return { layout: 'fixed', type, length: data.length, validity: valid, nullCount, values };
}
