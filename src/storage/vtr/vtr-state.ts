/** What a .vtr file says about itself: identity, committed version, schema, segments. Reads the header page and the footer. */
import { EngineError } from '../../base/engine-error.js';
import { vtrChecksum } from '../../native/vtr.js';
import { DiskFile } from '../disk-file.js';
import { MalformedBytes } from './byte-cursor.js';
import { damaged, foreign } from './damaged.js';
import type { Footer } from './footer.js';
import { decodeFooter } from './footer.js';
import type { Slot } from './layout.js';
import {
  blockKinds,
  decodeSlot,
  fileIdBytes,
  formatMajor,
  formatMinor,
  groupRows,
  headerBytes,
  headerChecksumAt,
  magic,
  maxFooterBytes,
  pageRows,
  slotOffsets,
  vectorRows,
} from './layout.js';

export interface VtrState extends Footer {
  readonly id: Uint8Array;
  readonly sequence: number;
  /** Which slot holds this version. */
  readonly slot: number;
  /** First byte behind the footer: where an append begins. */
  readonly end: number;
  readonly fileBytes: number;
}

/** Identity and version, without the footer. */
export interface VtrVersion {
  readonly id: Uint8Array;
  readonly minor: number;
  readonly slot: number;
  readonly committed: Slot;
}

/**
 * The newest committed version of an open file.
 *
 * @throws EngineError `format`: not a .vtr file, of another version, damaged, or never finished
 */
export function readVersion(file: DiskFile): VtrVersion {
  const { path } = file;
  const header = file.read(0, headerBytes);
  if (header.length < magic.length || magic.some((byte, i) => header[i] !== byte)) {
    throw foreign(path, 'it does not begin as a .vtr file does');
  }
  if (header.length < headerBytes) throw damaged(path, header.length, 'the file ends inside its header');
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const id = header.slice(16, 16 + fileIdBytes);
  const [major, minor] = [view.getUint32(8, true), view.getUint32(12, true)];
  const expected = vtrChecksum(header.subarray(0, headerChecksumAt), id, { kind: blockKinds.header });
  if (view.getBigUint64(headerChecksumAt, true) !== expected) {
    throw damaged(path, 0, 'the header does not match its checksum');
  }
  if (major !== formatMajor) {
    throw foreign(
      path,
      `it is of format version ${major}.${minor}, this release reads ${formatMajor}.${formatMinor}; ` +
        (major > formatMajor ? 'use a newer release' : 'write it again'),
    );
  }
  const sizes = [headerBytes, vectorRows, pageRows, groupRows];
  if (sizes.some((size, i) => view.getUint32(32 + 4 * i, true) !== size)) {
    throw foreign(path, 'its pages or row groups have other sizes than those of this version');
  }
  const slots = slotOffsets.map((_, i) => decodeSlot(i, header, id));
  const slot = (slots[1]?.sequence ?? 0) > (slots[0]?.sequence ?? 0) ? 1 : 0;
  const committed = slots[slot];
  if (committed === undefined) {
    throw damaged(
      path,
      slotOffsets[0],
      'no version of the file was ever finished, or both slots are damaged',
    );
  }
  return { id, minor, slot, committed };
}

/** Reads and checks everything `tbl()` needs. @throws EngineError `format`, `io` */
export function readState(file: DiskFile): VtrState {
  const { path } = file;
  const { id, minor, slot, committed } = readVersion(file);
  const { footerOffset, footerBytes, footerChecksum, sequence, rows } = committed;
  const fileBytes = file.size();
  if (footerOffset < headerBytes || footerBytes > maxFooterBytes || footerOffset + footerBytes > fileBytes) {
    throw damaged(
      path,
      slotOffsets[slot]!,
      `a footer of ${footerBytes} bytes at ${footerOffset} in a file of ${fileBytes}; the file is truncated`,
    );
  }
  const bytes = file.read(footerOffset, footerBytes);
  const place = { kind: blockKinds.footer, group: sequence % 2 ** 32 };
  if (bytes.length < footerBytes || vtrChecksum(bytes, id, place) !== footerChecksum) {
    throw damaged(path, footerOffset, 'the footer does not match its checksum');
  }
  try {
    const footer = decodeFooter(bytes, fileBytes, minor > formatMinor);
    if (footer.rows !== rows) throw new MalformedBytes(`${footer.rows} rows where the slot says ${rows}`, 8);
    return { ...footer, id, sequence, slot, end: footerOffset + footerBytes, fileBytes };
  } catch (error) {
    if (error instanceof MalformedBytes) {
      throw damaged(path, footerOffset + error.at, error.message, error);
    }
    throw error;
  }
}

/** Opens, reads, closes. */
export function readStateOf(path: string): VtrState {
  const file = new DiskFile(path, 'read');
  try {
    return readState(file);
  } finally {
    file.close();
  }
}

/** @throws EngineError `changed` when the file at `path` is no longer the version that was read */
export function checkUnchanged(path: string, seen: VtrState): void {
  const file = new DiskFile(path, 'read');
  try {
    const { id, committed } = readVersion(file);
    const what = id.some((byte, i) => byte !== seen.id[i])
      ? 'another file of that name has taken its place'
      : committed.sequence !== seen.sequence
        ? 'rows were appended to it'
        : undefined;
    if (what === undefined) return;
    throw new EngineError('changed', `${path} has changed since it was opened: ${what}; open it again`, {
      detail: { path, what },
    });
  } finally {
    file.close();
  }
}
