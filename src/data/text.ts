/** UTF-8 bytes to JavaScript strings, many at a time: one decode for a block of ASCII, then substrings of it. */
import type { TextColumn } from './column.js';
import { TextDictionary } from './column.js';
import { utf8 } from './types.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** Above this many bytes a value is decoded alone: a substring would keep its whole block alive. */
const longText = 1024;

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 127) return false;
  return true;
}

/** Texts of rows `start` … `end`, whatever their validity, into `out` from its index 0 on. */
export function decodeTexts(column: TextColumn, start: number, end: number, out: unknown[]): void {
  const { offsets, data } = column;
  const first = offsets[start] ?? 0;
  const last = offsets[end] ?? first;
  const bytes = data.subarray(first, last);
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (last - first <= longText * (end - start) && isAscii(bytes)) {
    const text = block.toString('latin1');
    let from = 0;
    for (let i = start; i < end; i++) {
      const to = (offsets[i + 1] ?? last) - first;
      out[i - start] = text.substring(from, to);
      from = to;
    }
    return;
  }
  for (let i = start; i < end; i++) out[i - start] = textAt(column, i);
}

export function textAt(column: TextColumn, i: number): string {
  return decoder.decode(column.data.subarray(column.offsets[i], column.offsets[i + 1]));
}

/** All texts of a column as strings. */
export function allTexts(column: TextColumn): readonly string[] {
  const out: string[] = new Array<string>(column.length);
  const blockRows = 16384;
  const block: string[] = [];
  for (let start = 0; start < column.length; start += blockRows) {
    const end = Math.min(column.length, start + blockRows);
    decodeTexts(column, start, end, block);
    for (let i = start; i < end; i++) out[i] = block[i - start] ?? '';
  }
  return out;
}

export function textDictionary(offsets: Int32Array, data: Uint8Array, length: number): TextDictionary {
  const text: TextColumn = {
    layout: 'text',
    type: utf8,
    length,
    validity: null,
    nullCount: 0,
    offsets,
    data,
  };
  return new TextDictionary(text, allTexts);
}

/**
 * Strings to UTF-8 with offsets. A lone surrogate has no UTF-8 form; `reject` is called with its row and does not return.
 */
export function encodeTexts(
  strings: readonly string[],
  reject: (row: number) => never,
): { offsets: Int32Array; data: Uint8Array } {
  const offsets = new Int32Array(strings.length + 1);
  let data = new Uint8Array(Math.max(64, strings.length * 12));
  let used = 0;
  for (let i = 0; i < strings.length; i++) {
    const text = strings[i] ?? '';
    if (loneSurrogate.test(text)) reject(i);
    if (data.length - used < text.length * 3) {
      const larger = new Uint8Array(Math.max(data.length * 2, used + text.length * 3));
      larger.set(data.subarray(0, used));
      data = larger;
    }
    used += encoder.encodeInto(text, data.subarray(used)).written;
    offsets[i + 1] = used;
  }
  return { offsets, data: data.subarray(0, used) };
}

const loneSurrogate = /\p{Surrogate}/u;
