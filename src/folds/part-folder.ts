/** Who folds the batches of a part: an accumulator on this thread, or one in a worker. */
import type { Table } from '../data/table.js';
import type { AnyFold } from './fold-declaration.js';
import type { Place } from './fold-step.js';
import { atPlace, everywhere, initOf, isDone, updateWith } from './fold-step.js';

/** An accumulator that batches are given to, one after another. */
export interface PartFolder {
  /** The accumulator says that it needs no more rows; those given since are not in it. Sure after `result`. */
  readonly done: boolean;
  /** Starts from `init()`, or from an accumulator that is handed over. */
  begin(from?: { readonly acc: unknown }): void;
  /** Takes a batch; resolves when the next may come. */
  update(batch: Table, place: () => Place): Promise<void> | void;
  /** The accumulator after all batches given; it may go on. */
  result(): Promise<unknown>;
  close(): Promise<void>;
}

/** Folds on this thread. */
export class DirectFolder implements PartFolder {
  readonly #fold: AnyFold;
  #acc: unknown;
  #done = false;

  constructor(fold: AnyFold) {
    this.#fold = fold;
  }

  get done(): boolean {
    return this.#done;
  }

  begin(from?: { readonly acc: unknown }): void {
    this.#acc = from === undefined ? atPlace(everywhere, () => initOf(this.#fold)) : from.acc;
    this.#done = false;
  }

  update(batch: Table, place: () => Place): void {
    atPlace(place, () => {
      this.#acc = updateWith(this.#fold, this.#acc, batch);
      this.#done = isDone(this.#fold, this.#acc);
    });
  }

  result(): Promise<unknown> {
    return Promise.resolve(this.#acc);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
