/** Where the edges of a row are among all edges of a job. */
import { EngineError } from '../../base/engine-error.js';
import type { JobStore } from './job-store.js';

/** Edges lie row after row. */
export interface EdgeLayout {
  /** Edges of all rows before `row`. */
  edgesBefore(row: number): Promise<number>;
  /** Edges of each of the rows. */
  edgesOf(first: number, end: number): Promise<EdgesOfRows>;
}

/** Edges of some rows: as many for each, or one number for each. */
export type EdgesOfRows = number | Uint32Array;

/** Edges of rows `first` … `end`, counted from the first row that `edges` is about. */
export function edgesBetween(edges: EdgesOfRows, first: number, end: number): number {
  if (typeof edges === 'number') return (end - first) * edges;
  let sum = 0;
  for (let i = first; i < end; i++) sum += edges[i]!;
  return sum;
}

/** Every row has `k` edges. */
export function evenLayout(k: number): EdgeLayout {
  return {
    edgesBefore: async (row) => row * k,
    edgesOf: async () => k,
  };
}

const stepRows = 16_384;

/** Rows have the edges that were counted for them before. */
export class CountedLayout implements EdgeLayout {
  readonly #counts: JobStore;
  readonly #rows: number;
  readonly #segmentRows: number;
  #before: Promise<Float64Array> | undefined;

  /** @param counts complete when the first question is asked */
  constructor(counts: JobStore, rows: number, segmentRows: number) {
    this.#counts = counts;
    this.#rows = rows;
    this.#segmentRows = segmentRows;
  }

  async edgesBefore(row: number): Promise<number> {
    this.#before ??= this.#edgesBeforeSegments();
    const segment = Math.floor(row / this.#segmentRows);
    const first = segment * this.#segmentRows;
    const before = (await this.#before)[segment]!;
    if (row === first) return before;
    let sum = before;
    for (let at = first; at < row; at += stepRows) {
      const end = Math.min(row, at + stepRows);
      sum += edgesBetween(await this.edgesOf(at, end), 0, end - at);
    }
    return sum;
  }

  async edgesOf(first: number, end: number): Promise<Uint32Array> {
    const cells = await this.#counts.read(first, end);
    if (cells instanceof Uint32Array) return cells;
    throw new EngineError('internal', 'counts of edges are not what they should be');
  }

  /** The last row up to which rows from `first` on have at most `most` edges together; at least one row. */
  async endWithin(first: number, end: number, most: number): Promise<number> {
    const counts = await this.edgesOf(first, end);
    let sum = 0;
    for (let i = 0; i < counts.length; i++) {
      sum += counts[i]!;
      if (sum > most) return first + Math.max(1, i);
    }
    return end;
  }

  async #edgesBeforeSegments(): Promise<Float64Array> {
    const segments = Math.ceil(this.#rows / this.#segmentRows);
    const before = new Float64Array(segments + 1);
    let sum = 0;
    for (let segment = 0; segment < segments; segment++) {
      const first = segment * this.#segmentRows;
      const end = Math.min(this.#rows, first + this.#segmentRows);
      for (let at = first; at < end; at += stepRows) {
        const to = Math.min(end, at + stepRows);
        sum += edgesBetween(await this.edgesOf(at, to), 0, to - at);
      }
      before[segment + 1] = sum;
    }
    return before;
  }
}
