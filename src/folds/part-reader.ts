/** Reads the parts of a fold's rows: the query of the next part starts before the present one is read to its end. */
import type { RunOptions } from '../exec/run-options.js';
import type { Executor } from '../exec/executor.js';
import type { Table } from '../data/table.js';
import type { FoldParts } from './fold-parts.js';
import type { FoldProgress } from './fold-progress.js';
import type { Place } from './fold-step.js';

/** A part that is being read. */
export interface OpenPart {
  readonly index: number;
  /** Where rows `first` up to `end` of the part are. */
  place(first: number, end: number): Place;
  /** The next batch; undefined at the end. */
  next(): Promise<Table | undefined>;
  /** Ends the part's query, if it has not ended. */
  close(): Promise<void>;
}

/** Hands out parts in order, each once. */
export class PartReader {
  readonly #parts: FoldParts;
  readonly #executor: Executor;
  readonly #options: RunOptions & { readonly ahead: boolean };
  readonly #progress: FoldProgress;
  #next: number;
  #waiting: OpenPart | undefined;

  /**
   * @param first the part to start with
   * @param options of each part's query; `signal` stops those that run; `ahead`: the next one starts early
   */
  constructor(
    parts: FoldParts,
    first: number,
    executor: Executor,
    options: RunOptions & { readonly ahead: boolean },
    progress: FoldProgress,
  ) {
    this.#parts = parts;
    this.#next = first;
    this.#executor = executor;
    this.#options = options;
    this.#progress = progress;
  }

  /** The next part; undefined when all were handed out. */
  take(): OpenPart | undefined {
    const taken = this.#waiting ?? this.#open();
    this.#waiting = taken === undefined || !this.#options.ahead ? undefined : this.#open();
    return taken;
  }

  /** Ends what was started early and not taken. */
  async close(): Promise<void> {
    this.#next = this.#parts.count;
    await this.#waiting?.close();
    this.#waiting = undefined;
  }

  #open(): OpenPart | undefined {
    if (this.#next >= this.#parts.count) return undefined;
    const index = this.#next++;
    const part = this.#parts.part(index);
    const onProgress = this.#progress.ofPart(index);
    const stream = this.#executor.batches(part.plan, { ...this.#options, onProgress });
    // Asking for the first batch is what starts the query; its error is met when the batch's turn comes.
    let first: Promise<IteratorResult<Table, void>> | undefined = stream.next();
    first.catch(() => undefined);
    return {
      index,
      place: (from, to) => part.place(from, to),
      async next() {
        const asked = first ?? stream.next();
        first = undefined;
        const step = await asked;
        return step.done === true ? undefined : step.value;
      },
      async close() {
        await stream.return();
      },
    };
  }
}
