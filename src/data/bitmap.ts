/** Validity and boolean bits in Arrow's order: bit i of byte i >> 3, lowest first, starting anywhere in a byte. */

export interface Bitmap {
  readonly bytes: Uint8Array;
  /** Bits to skip before the first. */
  readonly offset: number;
}

export function bitAt(bits: Bitmap, i: number): boolean {
  const at = bits.offset + i;
  return (((bits.bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
}

/** The same bits from `start` on, without a copy. */
export function sliceBits(bits: Bitmap, start: number): Bitmap {
  const at = bits.offset + start;
  return { bytes: bits.bytes.subarray(at >> 3), offset: at & 7 };
}

const ones = Uint8Array.from({ length: 256 }, (_, byte) => {
  let n = 0;
  for (let b = byte; b !== 0; b >>= 1) n += b & 1;
  return n;
});

/** How many of the first `length` bits are set. */
export function countOnes(bits: Bitmap, length: number): number {
  let count = 0;
  let i = 0;
  for (; i < length && ((bits.offset + i) & 7) !== 0; i++) if (bitAt(bits, i)) count++;
  let byte = (bits.offset + i) >> 3;
  for (; i + 8 <= length; i += 8) count += ones[bits.bytes[byte++] ?? 0] ?? 0;
  for (; i < length; i++) if (bitAt(bits, i)) count++;
  return count;
}

/** The first `length` bits as bytes that start at bit 0: the given bytes when they already do. */
export function alignBits(bits: Bitmap, length: number): Uint8Array {
  const bytes = (length + 7) >> 3;
  if (bits.offset === 0) return bits.bytes.subarray(0, bytes);
  const out = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) {
    const low = (bits.bytes[i] ?? 0) >> bits.offset;
    const high = (bits.bytes[i + 1] ?? 0) << (8 - bits.offset);
    out[i] = low | high;
  }
  return out;
}

/** Packs truth values. */
export function packBits(length: number, isSet: (i: number) => boolean): Bitmap {
  const bytes = new Uint8Array((length + 7) >> 3);
  for (let i = 0; i < length; i++) if (isSet(i)) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  return { bytes, offset: 0 };
}
