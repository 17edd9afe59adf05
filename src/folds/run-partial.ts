/** Folds parts apart and merges their accumulators: in order, or as they finish. */
import type { AnyFold } from './fold-declaration.js';
import type { PartFolder } from './part-folder.js';
import type { OpenPart } from './part-reader.js';
import { atPlace, combineWith, isDone } from './fold-step.js';
import type { Place } from './fold-step.js';

export interface PartialRun {
  readonly fold: AnyFold;
  /** One for each partial fold at work at the same time. */
  readonly folders: readonly PartFolder[];
  readonly inOrder: boolean;
  /** The next part to fold; undefined when there is none. */
  readonly take: () => OpenPart | undefined | Promise<OpenPart | undefined>;
  /** The first part that `take` gives. */
  readonly first: number;
  /** What the parts before it came to; undefined when there are none. */
  readonly before: { readonly acc: unknown } | undefined;
  /** Told in order of parts, after each merge, how many parts are in the accumulator, and of how many rows. */
  readonly onMerged: (acc: unknown, parts: number, rows: number) => Promise<void>;
}

/** How many parts may be folded and wait for an earlier one, per folder. */
const waitingParts = 4;

interface Folded {
  readonly acc: unknown;
  readonly rows: number;
  readonly done: boolean;
  readonly place: () => Place;
}

/** Accumulators that came in before their turn, and who waits for theirs. */
class Merging {
  readonly #run: PartialRun;
  readonly #waiting = new Map<number, Folded>();
  #merged: { acc: unknown } | undefined;
  #next: number;
  #busy: Promise<void> = Promise.resolve();
  #moved: (() => void)[] = [];
  /** No part from this one on counts. */
  end = Number.POSITIVE_INFINITY;

  constructor(run: PartialRun) {
    this.#run = run;
    this.#merged = run.before === undefined ? undefined : { acc: run.before.acc };
    this.#next = run.first;
  }

  get merged(): { readonly acc: unknown } | undefined {
    return this.#merged;
  }

  /** Resolves when a part of this number need not wait any more before it is folded. */
  async room(index: number): Promise<void> {
    const most = waitingParts * this.#run.folders.length;
    while (this.#run.inOrder && index - this.#next >= most && index < this.end)
      await new Promise<void>((resolve) => this.#moved.push(resolve));
  }

  /** Takes the accumulator of a part, and merges what can be. */
  add(index: number, folded: Folded): Promise<void> {
    if (index >= this.end) return Promise.resolve();
    // Whoever is done needs no rows that follow; where there is no order, none at all.
    if (folded.done) this.end = Math.min(this.end, index + 1);
    this.#waiting.set(index, folded);
    this.#busy = this.#busy.then(() => this.#mergeReady());
    return this.#busy;
  }

  stop(): void {
    this.end = 0;
    this.#wake();
  }

  async #mergeReady(): Promise<void> {
    for (;;) {
      const index = this.#run.inOrder ? this.#next : this.#waiting.keys().next().value;
      const folded = index === undefined ? undefined : this.#waiting.get(index);
      if (index === undefined || folded === undefined) return;
      this.#waiting.delete(index);
      await this.#merge(index, folded);
      this.#wake();
    }
  }

  async #merge(index: number, { acc, rows, done, place }: Folded): Promise<void> {
    const { fold, inOrder, onMerged } = this.#run;
    const before = this.#merged;
    const merged = before === undefined ? acc : atPlace(place, () => combineWith(fold, before.acc, acc));
    this.#merged = { acc: merged };
    this.#next += 1;
    if (done || atPlace(place, () => isDone(fold, merged))) {
      this.end = inOrder ? Math.min(this.end, index + 1) : 0;
      this.#waiting.clear();
    }
    await onMerged(merged, this.#next, rows);
  }

  #wake(): void {
    const moved = this.#moved;
    this.#moved = [];
    for (const resolve of moved) resolve();
  }
}

/**
 * The accumulator of all parts; undefined when there was none.
 *
 * When a part's accumulator is done, later parts are dropped; those that are being folded are left.
 */
export async function runPartial(run: PartialRun): Promise<{ readonly acc: unknown } | undefined> {
  const merging = new Merging(run);
  const lane = async (folder: PartFolder): Promise<void> => {
    for (;;) {
      const open = merging.end === 0 ? undefined : await run.take();
      if (open === undefined) return;
      try {
        await merging.room(open.index);
        if (open.index >= merging.end) return;
        const folded = await foldPart(folder, open, () => open.index >= merging.end);
        if (folded !== undefined) await merging.add(open.index, folded);
      } finally {
        await open.close();
      }
    }
  };
  const lanes = run.folders.map(async (folder) => {
    try {
      await lane(folder);
    } catch (error) {
      merging.stop();
      throw error;
    }
  });
  const ended = await Promise.allSettled(lanes);
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return merging.merged;
}

/** Folds one part; undefined if it was given up. */
async function foldPart(
  folder: PartFolder,
  open: OpenPart,
  dropped: () => boolean,
): Promise<Folded | undefined> {
  folder.begin();
  let rows = 0;
  while (!folder.done) {
    const batch = await open.next();
    if (batch === undefined) break;
    if (dropped()) return undefined;
    const first = rows;
    const end = (rows += batch.numRows);
    await folder.update(batch, () => open.place(first, end));
  }
  const acc = await folder.result();
  return { acc, rows, done: folder.done, place: () => open.place(0, rows) };
}
