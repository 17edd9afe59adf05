/** The tail of a Parquet file: its schema in our types and what its statistics say of each row group. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { FileMetaData } from 'hyparquet';
import { parquetMetadata } from 'hyparquet';
import type * as ParquetWasm from 'parquet-wasm';

import { EngineError } from '../../base/engine-error.js';
import type { Schema } from '../../data/schema.js';
import { ioError } from '../io-error.js';
import { readArrowSchema } from './arrow-c-schema.js';

/** The identity of a file as it was seen; another size or time of change means another file. */
export interface FileStamp {
  readonly bytes: number;
  readonly changedMillis: number;
}

export interface ParquetFooter {
  readonly schema: Schema;
  readonly metadata: FileMetaData;
  readonly stamp: FileStamp;
  /** Of the footer's bytes. */
  readonly hash: string;
}

/** No writer makes a footer near this size; a larger length is damage. */
const footerLimitBytes = 64 * 1024 * 1024;
const magic = 'PAR1';

/**
 * Reads and decodes the footer, nothing else of the file.
 *
 * @param columns only these columns, in this order; all when undefined
 * @throws EngineError `io` for a file that cannot be read, `format` for one that is not Parquet, `unsupported` for a column type
 */
export function readFooter(path: string, columns: readonly string[] | undefined): ParquetFooter {
  const { bytes, stamp } = readFooterBytes(path);
  const wasm = createRequire(import.meta.url)('parquet-wasm') as typeof ParquetWasm;
  let metadata: FileMetaData;
  let ffi: ParquetWasm.FFISchema;
  try {
    const copy = new Uint8Array(bytes);
    metadata = parquetMetadata(copy.buffer);
    // The schema alone is read from a file without its pages: only the footer is looked at.
    ffi = wasm.readSchema(Buffer.concat([Buffer.from(magic), bytes])).intoFFI();
  } catch (cause) {
    throw notParquet(path, 'its footer cannot be decoded', cause);
  }
  const memory = wasm.wasmMemory() as unknown as { readonly buffer: ArrayBufferLike };
  try {
    const schema = readArrowSchema(memory.buffer, ffi.addr(), path, columns);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    return { schema, metadata, stamp, hash };
  } finally {
    ffi.free();
  }
}

function readFooterBytes(path: string): { bytes: Buffer; stamp: FileStamp } {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw ioError('open', path, cause);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw notParquet(path, 'it is no regular file');
    if (stat.size < 12) throw notParquet(path, `it has ${stat.size} bytes`);
    const tail = readExactly(fd, path, stat.size - 8, 8);
    if (tail.toString('latin1', 4) !== magic) {
      const encrypted = tail.toString('latin1', 4) === 'PARE';
      throw notParquet(
        path,
        encrypted ? 'it is encrypted' : 'it does not end with PAR1; it may be truncated',
      );
    }
    const length = tail.readUInt32LE(0);
    if (length > Math.min(footerLimitBytes, stat.size - 12)) {
      throw notParquet(path, `a footer of ${length} bytes does not fit its ${stat.size} bytes`);
    }
    const bytes = readExactly(fd, path, stat.size - 8 - length, length + 8);
    return { bytes, stamp: { bytes: stat.size, changedMillis: stat.mtimeMs } };
  } finally {
    closeSync(fd);
  }
}

function readExactly(fd: number, path: string, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    let got: number;
    try {
      got = readSync(fd, bytes, done, length - done, offset + done);
    } catch (cause) {
      throw ioError('read', path, cause);
    }
    if (got === 0) throw notParquet(path, 'it became shorter while it was read');
    done += got;
  }
  return bytes;
}

export function notParquet(path: string, what: string, cause?: unknown): EngineError {
  return new EngineError('format', `${path} is not a Parquet file that can be read: ${what}`, {
    detail: { path },
    cause,
  });
}
