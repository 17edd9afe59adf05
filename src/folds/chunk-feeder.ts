/** ChunkFeeder: the rows of a query chunk by chunk, from the start as often as wanted, for fits that take many passes. */
import { EngineError } from '../base/engine-error.js';
import type { Table } from '../data/table.js';
import type { RunOptions } from '../exec/run-options.js';
import type { FoldTarget } from './fold-target.js';
import { foldTarget } from './fold-target.js';

/**
 * Chunks of a query's rows, in bounded memory. Each `for await` runs the query anew; so does `reset()`, for those who ask
 * with `next()` until it gives null. Several feeders, and several loops over one, run beside each other.
 *
 * @example
 * const feeder = flights.chunkFeeder({ batchRows: 10_000 })
 * for (let pass = 0; pass < 10; pass++) for await (const chunk of feeder) update(chunk)
 * @example
 * await feeder.reset()
 * for (let chunk = await feeder.next(); chunk !== null; chunk = await feeder.next()) update(chunk)
 */
export class ChunkFeeder<Row extends object = Record<string, unknown>> implements AsyncIterable<Table<Row>> {
  readonly #target: FoldTarget;
  readonly #options: RunOptions;
  /** The pass that `next` is in. */
  #pass: AsyncGenerator<Table<Row>, void, undefined> | undefined;
  #closed = false;

  constructor(target: FoldTarget, options: RunOptions) {
    this.#target = target;
    this.#options = options;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Table<Row>, void, undefined> {
    return this.#begin();
  }

  /** The next chunk of the pass, null after the last; the first call begins a pass if `reset` did not. */
  async next(): Promise<Table<Row> | null> {
    const pass = (this.#pass ??= this.#begin());
    const { done, value } = await pass.next();
    return done === true ? null : value;
  }

  /** Ends the pass that `next` is in; the next `next` gives the first chunk again. */
  async reset(): Promise<void> {
    this.#check();
    await this.#end();
  }

  /** Ends the pass that `next` is in; nothing can be asked of the feeder any more. Loops already begun go on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Where the rows come from: fits of this library run in the engine instead of being fed. */
  [foldTarget](): FoldTarget {
    this.#check();
    return this.#target;
  }

  #begin(): AsyncGenerator<Table<Row>, void, undefined> {
    this.#check();
    const { plan, executor } = this.#target;
    return executor.batches(plan, this.#options) as AsyncGenerator<Table<Row>, void, undefined>;
  }

  async #end(): Promise<void> {
    const pass = this.#pass;
    this.#pass = undefined;
    await pass?.return();
  }

  #check(): void {
    if (this.#closed)
      throw new EngineError('argument', 'this chunk feeder was closed; make another with chunkFeeder()');
  }
}
