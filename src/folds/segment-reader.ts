/** Cuts the one stream of a query into segments of a few batches, which can be folded apart. */
import type { Table } from '../data/table.js';
import type { FoldPosition } from './fold-checkpoint.js';
import { resultPlace } from './fold-parts.js';
import { segmentBatches } from './fold-plan.js';
import type { OpenPart } from './part-reader.js';

/** Hands out segments in order. Each must be read (or closed) before the next one comes. */
export class SegmentReader {
  readonly #stream: AsyncGenerator<Table, void, undefined>;
  #index: number;
  #rows: number;
  /** Resolves when the segment handed out last has been read. */
  #free: Promise<void> = Promise.resolve();
  #ended = false;

  /** @param start what the stream begins after */
  constructor(stream: AsyncGenerator<Table, void, undefined>, start: FoldPosition) {
    this.#stream = stream;
    this.#index = start.parts;
    this.#rows = start.rows;
  }

  /** The next segment; undefined when the stream has ended. */
  async take(): Promise<OpenPart | undefined> {
    const before = this.#free;
    let release = (): void => undefined;
    this.#free = new Promise((resolve) => (release = resolve));
    await before;
    let head: Table | undefined;
    try {
      head = await this.#pull();
    } catch (error) {
      release();
      throw error;
    }
    if (head === undefined) {
      release();
      return undefined;
    }
    return this.#segment(head, release);
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#stream.return();
  }

  #segment(head: Table, release: () => void): OpenPart {
    const start = this.#rows - head.numRows;
    let waiting: Table | undefined = head;
    let batches = 1;
    let read = false;
    const end = (): void => {
      read = true;
      release();
    };
    return {
      index: this.#index++,
      place: (first, last) => resultPlace(start + first, start + last),
      next: async () => {
        const batch = waiting ?? (read || batches === segmentBatches ? undefined : await this.#pull());
        if (batch === undefined) {
          end();
          return undefined;
        }
        if (waiting === undefined) batches += 1;
        waiting = undefined;
        if (batches === segmentBatches) end();
        return batch;
      },
      close: async () => {
        if (read) return;
        // What is left of it would be taken for the next segment.
        this.#ended = true;
        end();
      },
    };
  }

  async #pull(): Promise<Table | undefined> {
    if (this.#ended) return undefined;
    const step = await this.#stream.next();
    if (step.done === true) {
      this.#ended = true;
      return undefined;
    }
    this.#rows += step.value.numRows;
    return step.value;
  }
}
