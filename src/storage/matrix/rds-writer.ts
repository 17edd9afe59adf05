/** Descriptors in R's own serialisation (`saveRDS`: XDR, version 2, gzip). */
import { gzipSync } from 'node:zlib';
import type { MatrixDescriptor } from './descriptor.js';

/** R's types, and what flags say of a value: that it is an object, has attributes, has a tag. */
const symbolType = 1;
const pairlistType = 2;
const charType = 9;
const logicalType = 10;
const integerType = 13;
const doubleType = 14;
const stringType = 16;
const listType = 19;
const objectType = 25;
const nilType = 254;
const referenceType = 255;
const isObject = 0x100;
const hasAttributes = 0x200;
const hasTag = 0x400;
/** The flag of S4 objects, among the general-purpose bits. */
const s4 = 0x10 << 12;
const ascii = 0x40 << 12;
const utf8 = 0x08 << 12;

/** Version 2, written by R 4.2.2, readable from 2.3.0 on. */
const head = Buffer.from([0x58, 0x0a, 0, 0, 0, 2, 0, 4, 2, 2, 0, 2, 3, 0]);

class RdsWriter {
  readonly #parts: Buffer[] = [head];
  readonly #symbols = new Map<string, number>();

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  integer(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value | 0);
    this.#parts.push(bytes);
  }

  char(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.integer(charType | (bytes.length === text.length ? ascii : utf8));
    this.integer(bytes.length);
    this.#parts.push(bytes);
  }

  symbol(name: string): void {
    const seen = this.#symbols.get(name);
    if (seen !== undefined) {
      this.integer((seen << 8) | referenceType);
      return;
    }
    this.#symbols.set(name, this.#symbols.size + 1);
    this.integer(symbolType);
    this.char(name);
  }

  /** Begins a pair of a list of attributes; its value follows. */
  attribute(name: string): void {
    this.integer(pairlistType | hasTag);
    this.symbol(name);
  }

  end(): void {
    this.integer(nilType);
  }

  texts(values: readonly string[] | null, flags = 0): void {
    if (values === null) {
      this.end();
      return;
    }
    this.integer(stringType | flags);
    this.integer(values.length);
    for (const value of values) this.char(value);
  }

  doubles(values: readonly number[]): void {
    this.integer(doubleType);
    this.integer(values.length);
    const bytes = Buffer.alloc(8 * values.length);
    values.forEach((value, i) => bytes.writeDoubleBE(value, 8 * i));
    this.#parts.push(bytes);
  }

  /** An integer where it is one to R, else a double. */
  count(value: number): void {
    if (value >= 2 ** 31) {
      this.doubles([value]);
      return;
    }
    this.integer(integerType);
    this.integer(1);
    this.integer(value);
  }

  logical(value: boolean): void {
    this.integer(logicalType);
    this.integer(1);
    this.integer(value ? 1 : 0);
  }

  list(length: number): void {
    this.integer(listType | hasAttributes);
    this.integer(length);
  }

  /** Begins an S4 object; its slots and class follow as attributes. */
  object(): void {
    this.integer(objectType | isObject | hasAttributes | s4);
  }

  /** The class of the object, with the package that defines it. */
  objectClass(name: string, packageName: string): void {
    this.attribute('class');
    this.texts([name], hasAttributes);
    this.attribute('package');
    this.texts([packageName]);
    this.end();
  }
}

/** The bytes of a binary `.desc` file. */
export function descriptorRds(descriptor: MatrixDescriptor): Uint8Array {
  const writer = new RdsWriter();
  const { dirname } = descriptor;
  const fields: (readonly [string, () => void])[] = [
    ['sharedType', () => writer.texts([descriptor.sharedType])],
    ['filename', () => writer.texts([descriptor.filename])],
    ...(dirname === null ? [] : [['dirname', () => writer.texts([dirname])] as const]),
    ['totalRows', () => writer.count(descriptor.totalRows)],
    ['totalCols', () => writer.count(descriptor.totalCols)],
    ['rowOffset', () => writer.doubles(descriptor.rowOffset)],
    ['colOffset', () => writer.doubles(descriptor.colOffset)],
    ['nrow', () => writer.doubles([descriptor.nrow])],
    ['ncol', () => writer.doubles([descriptor.ncol])],
    ['rowNames', () => writer.texts(descriptor.rowNames)],
    ['colNames', () => writer.texts(descriptor.colNames)],
    ['type', () => writer.texts([descriptor.type])],
    ['separated', () => writer.logical(descriptor.separated)],
  ];
  writer.object();
  writer.attribute('description');
  writer.list(fields.length);
  for (const [, write] of fields) write();
  writer.attribute('names');
  writer.texts(fields.map(([name]) => name));
  writer.end();
  writer.objectClass('big.matrix.descriptor', 'bigmemory');
  writer.end();
  return gzipSync(writer.bytes());
}
