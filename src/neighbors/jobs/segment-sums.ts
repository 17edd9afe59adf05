/** Checksums of what a job writes to one place, by segments of rows that depend on the number of rows alone. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { assert } from '../../base/assert.js';

/** Segments of a job at most: what bounds the size of its checkpoint, and how much a rewind computes again. */
export const mostSegments = 512;

const hexDigits = 32;

/** Rows of a segment; the last one has what is left. */
export function segmentRowsOf(queries: number): number {
  return Math.max(1, Math.ceil(queries / mostSegments));
}

/** Hashes bytes that come in order of rows; a segment's hash can be asked for before the segment is full. */
export class SegmentSums {
  readonly #segmentRows: number;
  readonly #finished: string[];
  /** Of the segment that is not full, undefined when the rows end with a segment. */
  #open: Hash | undefined;
  #row: number;

  /** @param finished sums of full segments that are there already */
  constructor(segmentRows: number, finished: readonly string[] = []) {
    this.#segmentRows = segmentRows;
    this.#finished = [...finished];
    this.#row = finished.length * segmentRows;
  }

  /** The first row that has not been added. */
  get row(): number {
    return this.#row;
  }

  /** Rows that may be added in one step: to the end of the segment. */
  get rowsLeft(): number {
    return this.#segmentRows - (this.#row % this.#segmentRows);
  }

  /** Adds what was written for the next `rows` rows, which do not go beyond the segment. */
  add(rows: number, values: ArrayBufferView): void {
    this.feed(values);
    this.advance(rows);
  }

  /** Adds a piece of what was written for the rows that the next `advance` names. */
  feed(values: ArrayBufferView): void {
    this.#open ??= createHash('sha256');
    this.#open.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  advance(rows: number): void {
    assert(rows >= 1 && rows <= this.rowsLeft, 'that a piece of a segment ends with it');
    this.#open ??= createHash('sha256');
    this.#row += rows;
    if (this.#row % this.#segmentRows !== 0) return;
    this.#finished.push(digestOf(this.#open));
    this.#open = undefined;
  }

  /** Of every segment that has begun. */
  sums(): string[] {
    return this.#open === undefined ? [...this.#finished] : [...this.#finished, digestOf(this.#open.copy())];
  }
}

function digestOf(hash: Hash): string {
  return hash.digest('hex').slice(0, hexDigits);
}
