/** The .vtr format's numbers and the bytes of header and slots; docs/format.md explains them, native/format/layout.h repeats them. */
import { vtrChecksum } from '../../native/vtr.js';

export const formatMajor = 1;
export const formatMinor = 0;

/** 0x8B, then letters, then line ends that a text-mode transfer would change. */
export const magic: readonly number[] = [0x8b, 0x56, 0x54, 0x52, 0x0d, 0x0a, 0x1a, 0x0a];

export const headerBytes = 4096;
export const vectorRows = 2048;
export const pageRows = 16_384;
export const groupRows = 131_072;
export const maxColumns = 65_535;
export const fileIdBytes = 16;

/** What a checksum says its block is; pages (1), dictionaries (2), directories (3) and statistics (4) are the native side's. */
export const blockKinds = { footer: 5, slot: 6, header: 7 } as const;

/** The header's own fields end here; their checksum follows. */
export const headerChecksumAt = 56;
/** One sector each, so that a torn write harms one of them alone. */
export const slotOffsets = [512, 1024] as const;
/** Bytes of a slot before its checksum. */
export const slotChecksumAt = 56;
export const slotBytes = 64;

/** A footer of more is refused unread. */
export const maxFooterBytes = 64 * 1024 * 1024;

/** One committed version of the file. The valid slot with the greater sequence is the file's state. */
export interface Slot {
  readonly sequence: number;
  readonly footerOffset: number;
  readonly footerBytes: number;
  readonly footerChecksum: bigint;
  readonly rows: number;
}

/** The 64-byte field as a number, undefined above 2^53: no such size or count occurs. */
export function readSize(view: DataView, offset: number): number | undefined {
  const value = view.getBigUint64(offset, true);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** The first page of a new file, both slots empty. */
export function encodeHeader(id: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic, 0);
  view.setUint32(8, formatMajor, true);
  view.setUint32(12, formatMinor, true);
  bytes.set(id, 16);
  view.setUint32(32, headerBytes, true);
  view.setUint32(36, vectorRows, true);
  view.setUint32(40, pageRows, true);
  view.setUint32(44, groupRows, true);
  const checksum = vtrChecksum(bytes.subarray(0, headerChecksumAt), id, { kind: blockKinds.header });
  view.setBigUint64(headerChecksumAt, checksum, true);
  return bytes;
}

/** Slot `index` (0 or 1) as bytes. */
export function encodeSlot(index: number, slot: Slot, id: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(slotBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(slot.sequence), true);
  view.setBigUint64(8, BigInt(slot.footerOffset), true);
  view.setBigUint64(16, BigInt(slot.footerBytes), true);
  view.setBigUint64(24, slot.footerChecksum, true);
  view.setBigUint64(32, BigInt(slot.rows), true);
  const checksum = vtrChecksum(bytes.subarray(0, slotChecksumAt), id, {
    kind: blockKinds.slot,
    column: index,
  });
  view.setBigUint64(slotChecksumAt, checksum, true);
  return bytes;
}

/** The slot of a header page, undefined when it is empty or does not match its checksum (a torn write). */
export function decodeSlot(index: number, header: Uint8Array, id: Uint8Array): Slot | undefined {
  const offset = slotOffsets[index]!;
  const bytes = header.subarray(offset, offset + slotBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expected = vtrChecksum(bytes.subarray(0, slotChecksumAt), id, {
    kind: blockKinds.slot,
    column: index,
  });
  if (view.getBigUint64(slotChecksumAt, true) !== expected) return undefined;
  const [sequence, footerOffset, footerBytes, rows] = [0, 8, 16, 32].map((at) => readSize(view, at));
  if (sequence === undefined || sequence === 0) return undefined;
  if (footerOffset === undefined || footerBytes === undefined || rows === undefined) return undefined;
  return { sequence, footerOffset, footerBytes, footerChecksum: view.getBigUint64(24, true), rows };
}
