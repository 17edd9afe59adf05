/** .vtr files on the native side: opened for queries, filled by queries, checked, and the checksums of their blocks. */
import type { NativeScan } from '../data/doors.js';
import type { Field } from '../data/schema.js';
import { typeIds } from '../data/types.js';
import type { NativeObject } from './addon.js';
import { addon } from './addon.js';
import { callNative } from './native-error.js';
import type { VtrSegment, VtrWritten } from './vtr-addon.js';

export type { VtrSegment, VtrWritten } from './vtr-addon.js';

/** When checksums of pages are verified: at every read, at the first read of each, never. */
export type VtrVerify = 'always' | 'first' | 'never';

/** `none`: the values as cheaply encoded as they come; `fast`: and LZ4 on text where it pays; `small`: zstd. */
export type VtrCompression = 'none' | 'fast' | 'small';

const verifyNumbers: Record<VtrVerify, number> = { always: 0, first: 1, never: 2 };
const compressionNumbers: Record<VtrCompression, number> = { none: 0, fast: 1, small: 2 };

const scanObjects = new WeakMap<NativeScan, NativeObject>();

function scanOf(object: NativeObject): NativeScan {
  const scan = { nativeScan: object };
  scanObjects.set(scan, object);
  return scan;
}

function objectOf(scan: NativeScan): NativeObject {
  // What was not made here is handed on; the addon refuses it by its tag.
  return scanObjects.get(scan) ?? {};
}

/**
 * A file at one version, for any number of queries; statistics and dictionaries are loaded when first needed.
 *
 * @throws EngineError `io`, `changed` (another file than `id` says)
 */
export function openVtrScan(file: {
  readonly path: string;
  readonly id: Uint8Array;
  readonly fields: readonly Field[];
  readonly segments: readonly VtrSegment[];
  readonly verify: VtrVerify;
}): NativeScan {
  const { path, id, fields, segments, verify } = file;
  return callNative(`opening ${path}`, () =>
    scanOf(
      addon().openVtr({
        path,
        id,
        typeIds: fields.map((field) => typeIds[field.type.kind]),
        segments,
        verify: verifyNumbers[verify],
      }),
    ),
  );
}

/** A sink for one query; the file at `path` exists, and only bytes from `start` on are written. */
export function createVtrWriter(options: {
  readonly path: string;
  readonly id: Uint8Array;
  readonly fields: readonly Field[];
  readonly compression: VtrCompression;
  readonly start: number;
  readonly firstGroup: number;
  /** The file that is appended to, whose dictionaries go on. */
  readonly appendedTo?: NativeScan | undefined;
  /** The statistics of the rows there are already are written anew together with those of the new ones. */
  readonly mergeStatistics?: boolean | undefined;
}): NativeScan {
  const { path, id, fields, compression, start, firstGroup, appendedTo } = options;
  return callNative(`writing ${path}`, () =>
    scanOf(
      addon().createVtrWriter({
        path,
        id,
        typeIds: fields.map((field) => typeIds[field.type.kind]),
        compression: compressionNumbers[compression],
        start,
        firstGroup,
        appendedTo: appendedTo === undefined ? undefined : objectOf(appendedTo),
        mergeStatistics: options.mergeStatistics === true,
      }),
    ),
  );
}

/** What the query that filled the writer has written. @throws EngineError `argument` before it has ended well */
export function vtrWritten(writer: NativeScan): VtrWritten {
  return callNative('finishing a .vtr file', () => addon().vtrWritten(objectOf(writer)));
}

/**
 * Reads, verifies and decodes one column of one row group; answers its bytes.
 *
 * @throws EngineError `format` naming path, offset and what is wrong; `io`
 */
export function checkVtrChunk(scan: NativeScan, column: number, group: number): number {
  return callNative('verifying a .vtr file', () => addon().checkVtrChunk(objectOf(scan), column, group));
}

/** Where a block lies: part of what its checksum covers. */
export interface VtrPlace {
  readonly kind: number;
  readonly column?: number;
  readonly group?: number;
  readonly page?: number;
}

/** XXH3-64 of the bytes, seeded by file id and place. */
export function vtrChecksum(bytes: Uint8Array, id: Uint8Array, place: VtrPlace): bigint {
  const { kind, column = 0, group = 0, page = 0 } = place;
  return callNative('checking a .vtr file', () => addon().vtrChecksum(bytes, id, kind, column, group, page));
}

/** The native side's numbers of the format. */
export function vtrConstants(): Record<string, number> {
  return addon().vtrConstants();
}

/** Lets go of the native object; queries that read it go on. */
export function closeVtr(scan: NativeScan): void {
  callNative('closing a .vtr file', () => {
    addon().closeHandle(objectOf(scan));
  });
}
