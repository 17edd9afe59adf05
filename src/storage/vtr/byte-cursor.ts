/** Reading and building of a footer's bytes: little-endian fields one after the other, every bound checked. */

/** Thrown by a reader that runs out of bytes or meets a value that cannot be; the caller knows file and offset. */
export class MalformedBytes extends Error {
  /** Position within the bytes read. */
  readonly at: number;

  constructor(what: string, at: number) {
    super(what);
    this.at = at;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(size: number, what: string): number {
    if (size > this.left)
      throw new MalformedBytes(`${what} needs ${size} bytes, ${this.left} are left`, this.#at);
    const at = this.#at;
    this.#at += size;
    return at;
  }

  u8(what: string): number {
    return this.#view.getUint8(this.#take(1, what));
  }

  u16(what: string): number {
    return this.#view.getUint16(this.#take(2, what), true);
  }

  u32(what: string): number {
    return this.#view.getUint32(this.#take(4, what), true);
  }

  u64(what: string): bigint {
    return this.#view.getBigUint64(this.#take(8, what), true);
  }

  /** A 64-bit size or count, as a number. */
  size(what: string): number {
    const value = this.u64(what);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new MalformedBytes(`${what} is ${value}`, this.#at - 8);
    return Number(value);
  }

  /** A text of at most 65,535 bytes behind its length. */
  text(what: string): string {
    const size = this.u16(what);
    const at = this.#take(size, what);
    try {
      return decoder.decode(this.#bytes.subarray(at, at + size));
    } catch {
      throw new MalformedBytes(`${what} is not UTF-8`, at);
    }
  }
}

/** Bytes that grow as fields are added. */
export class ByteSheet {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  #room(size: number): number {
    const at = this.#size;
    if (at + size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, at + size));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#size += size;
    return at;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint | number): void {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt(value), true);
  }

  /** The caller has checked that it takes at most 65,535 bytes. */
  text(value: string): void {
    const bytes = encoder.encode(value);
    this.u16(bytes.length);
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Zeros up to a multiple of 8. */
  align8(): void {
    while (this.#size % 8 !== 0) this.u8(0);
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }
}
