/** The accumulator of a ready fold as bytes: the state of each part, with what is needed to merge and update it alone. */
import { EngineError } from '../../base/engine-error.js';

/** What is kept of one part. */
export interface PartState {
  /** Types of the arguments it saw; none for a part that is a plan. */
  readonly typeIds: readonly number[];
  readonly params: readonly number[];
  readonly state: Uint8Array;
}

export interface PartStates {
  readonly parts: readonly PartState[];
  /** Rows seen by `update`, which numbers rows as they come. */
  readonly updated: number;
}

const version = 1;

/** Little-endian: u32 version, f64 rows updated, u32 parts, then of each: u32 types, u8 each; u32 params, f64 each; u32 bytes. */
export function encodeParts({ parts, updated }: PartStates): Uint8Array {
  const size = parts.reduce(
    (sum, part) => sum + 12 + part.typeIds.length + 8 * part.params.length + part.state.length,
    16,
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const u32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const f64 = (value: number): void => {
    view.setFloat64(at, value, true);
    at += 8;
  };
  u32(version);
  f64(updated);
  u32(parts.length);
  for (const { typeIds, params, state } of parts) {
    u32(typeIds.length);
    for (const id of typeIds) view.setUint8(at++, id);
    u32(params.length);
    params.forEach(f64);
    u32(state.length);
    bytes.set(state, at);
    at += state.length;
  }
  return bytes;
}

/**
 * @param parts how many there must be
 * @throws EngineError `format` for bytes that `encodeParts` did not write, or of another fold
 */
export function decodeParts(bytes: Uint8Array, parts: number): PartStates {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (size: number): number => {
    if (size > bytes.length - at) throw damaged();
    at += size;
    return at - size;
  };
  const u32 = (): number => view.getUint32(take(4), true);
  const f64 = (): number => view.getFloat64(take(8), true);
  if (u32() !== version) throw damaged();
  const updated = f64();
  if (!Number.isSafeInteger(updated) || updated < 0 || u32() !== parts) throw damaged();
  const read: PartState[] = [];
  for (let p = 0; p < parts; p++) {
    const types = u32();
    const firstType = take(types);
    const typeIds = [...bytes.subarray(firstType, firstType + types)];
    const count = u32();
    if (count * 8 > bytes.length - at) throw damaged();
    const params = Array.from({ length: count }, f64);
    const size = u32();
    const first = take(size);
    read.push({ typeIds, params, state: bytes.subarray(first, first + size) });
  }
  if (at !== bytes.length) throw damaged();
  return { parts: read, updated };
}

function damaged(): EngineError {
  return new EngineError('format', 'the state of a ready fold is damaged, or of another fold');
}
