/** Arrow's format strings as our types, and a schema read from memory. */
import { describe, expect, it } from 'vitest';

import { typeName } from '../../../src/data/types.js';
import { readArrowSchema, typeOfFormat } from '../../../src/storage/parquet/arrow-c-schema.js';

describe('typeOfFormat', () => {
  it.each([
    ['b', 'bool'],
    ['c', 'int8'],
    ['L', 'uint64'],
    ['g', 'float64'],
    ['U', 'utf8'],
    ['tdD', 'date'],
    ['tsm:', 'timestamp(ms)'],
    ['tsn:Europe/Vienna', 'timestamp(ns, Europe/Vienna)'],
  ])('%s is %s', (format, name) => {
    const type = typeOfFormat(format);
    expect(type === undefined ? undefined : typeName(type)).toBe(name);
  });

  it.each(['e', 'z', 'd:10,2', 'tDs', '+l', 'ttu', 'n', 'tsx:'])('%s is none of ours', (format) => {
    expect(typeOfFormat(format)).toBeUndefined();
  });
});

/** A struct of one or more columns in memory as the C data interface lays it out. */
function memoryOf(columns: readonly { name: string; format: string; nullable: boolean }[]): ArrayBuffer {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  let text = 2048;
  const put = (value: string): number => {
    const at = text;
    bytes.set(new TextEncoder().encode(value), at);
    text += new TextEncoder().encode(value).length + 1;
    return at;
  };
  view.setBigInt64(24, BigInt(columns.length), true);
  view.setUint32(32, 64, true);
  columns.forEach(({ name, format, nullable }, i) => {
    const at = 512 + 64 * i;
    view.setUint32(64 + 4 * i, at, true);
    view.setUint32(at, put(format), true);
    view.setUint32(at + 4, put(name), true);
    view.setBigInt64(at + 16, nullable ? 2n : 0n, true);
  });
  return bytes.buffer;
}

describe('readArrowSchema', () => {
  const memory = memoryOf([
    { name: 'größe', format: 'l', nullable: true },
    { name: '__proto__', format: 'u', nullable: false },
    { name: 'list', format: '+l', nullable: true },
  ]);

  it('reads names, types and nullability of the columns asked for', () => {
    const schema = readArrowSchema(memory, 0, 'f.parquet', ['__proto__', 'größe']);
    expect(schema.toString()).toBe('{ __proto__: utf8, größe: int64? }');
  });

  it('names the column it cannot read, and an unknown one', () => {
    expect(() => readArrowSchema(memory, 0, 'f.parquet', undefined)).toThrow(/f\.parquet: column "list"/);
    expect(() => readArrowSchema(memory, 0, 'f.parquet', ['lits'])).toThrow(/did you mean "list"/);
  });
});
