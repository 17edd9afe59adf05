/** Writing of .vtr files: a new file appears whole or not at all, an append becomes visible in one step or never. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { throwIfCancelled } from '../../base/cancel.js';
import { EngineError } from '../../base/engine-error.js';
import type { NativeScan, OpenSink, Sink } from '../../data/doors.js';
import { Schema } from '../../data/schema.js';
import { sameType, typeName } from '../../data/types.js';
import type { VtrCompression } from '../../native/vtr.js';
import { closeVtr, createVtrWriter, openVtrScan, vtrChecksum, vtrWritten } from '../../native/vtr.js';
import { DiskFile, renameFile, setFileMode, syncFolderOf, tryRemoveFile } from '../disk-file.js';
import { sweepTemporarySiblings, temporarySibling } from '../temporary-sibling.js';
import { WriteLock } from '../write-lock.js';
import type { Footer } from './footer.js';
import { encodeFooter } from './footer.js';
import { blockKinds, encodeHeader, encodeSlot, fileIdBytes, headerBytes, slotOffsets } from './layout.js';
import type { VtrState } from './vtr-state.js';
import { readState } from './vtr-state.js';

export interface WriteVtrOptions {
  /** `fast` (default): encodings that read at memory speed, LZ4 on text where it pays; `small`: zstd; `none`. */
  readonly compression?: VtrCompression | undefined;
  /** Adds the rows to an existing file of the same columns instead of replacing it. */
  readonly append?: boolean | undefined;
  /** `full` (default): on the disk before it is visible; `none`: left to the system, for files that can be made again. */
  readonly durability?: 'full' | 'none' | undefined;
  /** The new file's identity, 16 bytes; default: random. Same rows and identity give the same bytes. */
  readonly id?: Uint8Array | undefined;
}

/** After so many appends their statistics are written anew as one. */
const mostSegments = 32;

function roundUp8(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/**
 * Writes footer and slot behind the rows; each step is on the disk before the next when `durable`. From the call of
 * `beforeSlot` on the new version may be what readers see, even if this fails.
 */
async function commitVersion(
  file: DiskFile,
  id: Uint8Array,
  version: { footer: Footer; end: number; sequence: number; slot: number },
  durable: boolean,
  beforeSlot: () => void = () => undefined,
): Promise<number> {
  const { footer, sequence, slot } = version;
  const bytes = encodeFooter(footer);
  const footerOffset = roundUp8(version.end);
  if (durable) await file.sync();
  file.write(footerOffset, bytes);
  if (durable) await file.sync();
  const footerChecksum = vtrChecksum(bytes, id, { kind: blockKinds.footer, group: sequence % 2 ** 32 });
  const committed = { sequence, footerOffset, footerBytes: bytes.length, footerChecksum, rows: footer.rows };
  beforeSlot();
  file.write(slotOffsets[slot]!, encodeSlot(slot, committed, id));
  if (durable) await file.sync();
  return footerOffset + bytes.length;
}

/**
 * Permissions of the file that is to be replaced, undefined when there is none.
 *
 * @throws EngineError `io` for what must not be replaced: a folder, a device, a pipe
 */
function modeOf(path: string): number | undefined {
  try {
    const old = new DiskFile(path, 'read');
    try {
      return old.mode();
    } finally {
      old.close();
    }
  } catch (error) {
    // Whoever may not read a file may still replace it.
    if (error instanceof EngineError && ['ENOENT', 'EACCES'].includes(String(error.detail['errno'])))
      return undefined;
    throw error;
  }
}

function openNew(path: string, schema: Schema, options: WriteVtrOptions): OpenSink {
  const lock = WriteLock.acquire(path);
  const temporary = temporarySibling(path);
  let file: DiskFile | undefined;
  const abandon = (): void => {
    file?.close();
    tryRemoveFile(temporary);
    lock.release();
  };
  try {
    sweepTemporarySiblings(path);
    const oldMode = modeOf(path);
    const id = options.id ?? randomBytes(fileIdBytes);
    const opened = (file = new DiskFile(temporary, 'create'));
    opened.write(0, encodeHeader(id));
    const writer = createVtrWriter({
      path: temporary,
      id,
      fields: schema.fields,
      compression: options.compression ?? 'fast',
      start: headerBytes,
      firstGroup: 0,
    });
    return {
      writer,
      commit: async () => {
        try {
          const written = vtrWritten(writer);
          const footer = {
            schema: nullableWhere(schema, written.nulls),
            rows: written.rows,
            segments: [written],
          };
          const durable = options.durability !== 'none';
          // Nobody sees the file before it has its name, so one sync in front of that is enough.
          const bytes = await commitVersion(
            opened,
            id,
            { footer, end: written.end, sequence: 1, slot: 0 },
            false,
          );
          if (durable) await opened.sync();
          setFileMode(temporary, oldMode ?? lock.newFileMode);
          renameFile(temporary, path);
          if (durable) await syncFolderOf(path);
          return { rows: written.rows, bytes };
        } finally {
          abandon();
        }
      },
      abort: async () => {
        abandon();
      },
    };
  } catch (error) {
    abandon();
    throw error;
  }
}

/** A promise that no null occurs, kept by the rows or not made. */
function nullableWhere(schema: Schema, nulls: readonly boolean[]): Schema {
  return new Schema(
    schema.fields.map((field, i) => ({ ...field, nullable: field.nullable || nulls[i] === true })),
  );
}

function checkSameColumns(path: string, existing: Schema, given: Schema): void {
  const fits =
    existing.length === given.length &&
    existing.fields.every((field, i) => {
      const other = given.fields[i]!;
      return field.name === other.name && sameType(field.type, other.type);
    });
  if (fits) return;
  const show = (schema: Schema): string =>
    schema.fields.map((field) => `${field.name}: ${typeName(field.type)}`).join(', ');
  throw new EngineError(
    'type',
    `rows of { ${show(given)} } cannot be appended to ${path}, which has { ${show(existing)} }; ` +
      'select the same columns in the same order, or write a new file',
    { detail: { path } },
  );
}

function openAppend(path: string, schema: Schema, options: WriteVtrOptions): OpenSink {
  const lock = WriteLock.acquire(path);
  let file: DiskFile | undefined;
  let existing: NativeScan | undefined;
  let visible = false;
  let state: VtrState | undefined;
  const finish = (): void => {
    // What an append that failed left behind the last version belongs to nobody.
    if (!visible && file !== undefined && state !== undefined)
      quietly(() => file?.truncate(state!.fileBytes));
    file?.close();
    if (existing !== undefined) closeVtr(existing);
    lock.release();
  };
  try {
    // Of writers that died while they took the lock; a folder that cannot be listed can still be written in.
    quietly(() => {
      sweepTemporarySiblings(path);
    });
    const opened = (file = new DiskFile(path, 'change'));
    const before = (state = readState(opened));
    checkSameColumns(path, before.schema, schema);
    const { id, segments } = before;
    existing = openVtrScan({ path, id, fields: before.schema.fields, segments, verify: 'always' });
    const merge = segments.length >= mostSegments;
    const writer = createVtrWriter({
      path,
      id,
      fields: schema.fields,
      compression: options.compression ?? 'fast',
      start: roundUp8(before.end),
      firstGroup: segments.reduce((sum, segment) => sum + segment.groups, 0),
      appendedTo: existing,
      mergeStatistics: merge,
    });
    return {
      writer,
      commit: async () => {
        try {
          const written = vtrWritten(writer);
          const all = merge ? [written] : [...segments, written];
          const rows = all.reduce((sum, segment) => sum + segment.rows, 0);
          const either = before.schema.fields.map(
            (field, i) => field.nullable || schema.fields[i]!.nullable || written.nulls[i] === true,
          );
          const footer = { schema: nullableWhere(before.schema, either), rows, segments: all };
          const version = {
            footer,
            end: written.end,
            sequence: before.sequence + 1,
            slot: 1 - before.slot,
          };
          const durable = options.durability !== 'none';
          const bytes = await commitVersion(opened, id, version, durable, () => {
            visible = true;
          });
          return { rows: rows - before.rows, bytes };
        } finally {
          finish();
        }
      },
      abort: async () => {
        finish();
      },
    };
  } catch (error) {
    finish();
    throw error;
  }
}

function quietly(call: () => void): void {
  try {
    call();
  } catch {
    // Where an error led here, it says more.
  }
}

/**
 * A sink that makes (or with `append` adds to) the .vtr file at `path`.
 *
 * A new file is written beside its place under another name and renamed when all of it is on the disk; a file that was
 * there is untouched until then, and for good if anything fails. An append becomes visible when its slot is written; a
 * crash at any point leaves the version before. Readers keep the version they opened.
 *
 * @throws EngineError (when opened) `locked`, `io`, `no-space`, `type` (append: other columns), `format` (append: damaged)
 * @example const sink = writeVtr('flights.vtr', { compression: 'small' })
 */
export function writeVtr(path: string, options: WriteVtrOptions = {}): Sink {
  if (path === '' || path.includes('\0')) {
    throw new EngineError('argument', `writeVtr takes the path of a file, not ${JSON.stringify(path)}`);
  }
  if (options.id !== undefined && options.id.length !== fileIdBytes) {
    throw new EngineError('argument', `a file id has ${fileIdBytes} bytes, not ${options.id.length}`);
  }
  return {
    label: basename(path),
    open: async (schema, signal) => {
      throwIfCancelled(signal);
      return options.append === true ? openAppend(path, schema, options) : openNew(path, schema, options);
    },
  };
}
