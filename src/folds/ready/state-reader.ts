/** StateReader: numbers out of the bytes of a fold's state, every bound checked. */
import { EngineError } from '../../base/engine-error.js';
import type { DataType, TimeUnit, TypeKind } from '../../data/types.js';
import { timestamp, typeIds } from '../../data/types.js';
import { unitIds } from '../../data/ticks.js';

const kinds: ReadonlyMap<number, TypeKind> = new Map(
  Object.entries(typeIds).map(([kind, id]) => [id, kind as TypeKind]),
);
const units: ReadonlyMap<number, TimeUnit> = new Map(
  Object.entries(unitIds).map(([unit, id]) => [id, unit as TimeUnit]),
);

/** Reads a state from its beginning; what cannot be is an EngineError `format` that names the fold. */
export class StateReader {
  readonly #fold: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(fold: string, bytes: Uint8Array) {
    this.#fold = fold;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#skip(8), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#skip(8), true);
  }

  /** A u64 that counts rows. */
  count(): number {
    const value = Number(this.u64());
    return Number.isSafeInteger(value) ? value : this.damaged();
  }

  bytes(size: number): Uint8Array {
    const at = this.#skip(size);
    return this.#bytes.subarray(at, at + size);
  }

  /** u8 type and u8 unit. */
  type(): DataType {
    const kind = kinds.get(this.u8()) ?? this.damaged();
    const unit = units.get(this.u8());
    if (kind !== 'timestamp') return Object.freeze({ kind });
    return timestamp(unit ?? this.damaged());
  }

  /** The version, which must be the one known. */
  version(known: number): void {
    if (this.u32() !== known) this.damaged();
  }

  end(): void {
    if (this.#at !== this.#bytes.length) this.damaged();
  }

  damaged(): never {
    throw new EngineError('format', `the state of a fold ${this.#fold} is damaged, or of another fold`);
  }

  #skip(size: number): number {
    if (size > this.#bytes.length - this.#at) this.damaged();
    this.#at += size;
    return this.#at - size;
  }
}

/** The number that states keep for a type's unit; −1 for types without one. */
export function unitOf(type: DataType | undefined): number {
  return type?.kind === 'timestamp' ? unitIds[type.unit] : -1;
}
