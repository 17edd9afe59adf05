/** The terminals that fold: a computation over all rows in bounded memory, written by the user or ready-made. */
import type { Fold } from '../data/fold.js';
import type { Table } from '../data/table.js';
import type { RunOptions } from '../exec/run-options.js';
import type { ChunkFeeder } from '../folds/chunk-feeder.js';
import type { FoldOptions } from '../folds/collect-chunked.js';
import type { FoldAlgebra, ModuleFold } from '../folds/fold-declaration.js';
import type { Foldable } from '../folds/fold-target.js';
import type { ReadyFold } from '../folds/ready/ready-fold.js';
import type { Name, OutRow } from './row-types.js';

/** Options of `explain`. */
export interface ExplainOptions<Row extends object> extends FoldOptions {
  /** Runs the query and measures it; its rows are thrown away. */
  readonly run?: boolean;
  /** What `collectChunked` would be given; the algebra of a function stands beside it, as there. */
  readonly fold?:
    | ReadyFold<unknown, Name<Row>>
    | ModuleFold
    | WrittenFold<unknown, unknown, Row>
    | ((acc: never, batch: Table<Row>) => unknown);
  readonly init?: unknown;
  readonly combine?: (a: never, b: never) => unknown;
  readonly commutative?: boolean;
  readonly done?: (acc: never) => boolean;
  readonly finish?: (acc: never) => unknown;
  readonly save?: (acc: never) => Uint8Array;
  readonly load?: (bytes: Uint8Array) => unknown;
}

/** A fold that is not one of `folds.*`, whose columns are checked by name. */
export type WrittenFold<S, R, Row extends object> = Fold<S, R, Row> & { readonly kind?: never };

/** What folds all rows of type `Row`. */
export interface FoldTerminals<Row extends object> extends Foldable {
  /**
   * Folds all rows: one accumulator that each batch updates, in bounded memory.
   *
   * The declared algebra picks the plan, and `explain({ fold })` says which and why. Without `combine`: one pass, the
   * batches in order. With it: ranges of the file (or shards) are folded apart, each from `init()`, and merged in order;
   * `commutative`: as they finish. Results depend neither on the number of threads nor on memory, unless the fold is
   * commutative in name only. `done` ends the scan early. No rows at all give `init`.
   *
   * `folds.*` run in the engine on all threads. The export of a module runs in worker threads, everything else on this
   * thread, while the engine reads ahead.
   *
   * @throws EngineError `data` (or the code of the cause) when a function of the fold throws: `cause` is what it threw, the
   *   message names the rows; `argument` for what is no fold, or one that returns promises; and as `collect`
   * @example await flights.collectChunked((total, batch) => total + batch.numRows, { init: 0, combine: (a, b) => a + b })
   * @example await flights.collectChunked(folds.crossprod({ x: ['distance'], y: 'delay' }))
   */
  collectChunked<R>(fold: ReadyFold<R, Name<Row>> | ModuleFold, options?: FoldOptions): Promise<R>;
  collectChunked<S, R = S, O extends FoldOptions = object>(
    fold: WrittenFold<S, R, OutRow<Row, O>>,
    options?: O,
  ): Promise<R>;
  collectChunked<S, R = S, O extends FoldOptions = object>(
    update: (acc: S, batch: Table<OutRow<Row, O>>) => S,
    algebra: FoldAlgebra<S, R> & FoldOptions & O,
  ): Promise<R>;

  /**
   * The rows in chunks of at most `batchRows`, from the start in every `for await`, or with `reset()` and `next()`: for fits
   * that take many passes. Offload the query first where it costs more than a scan.
   *
   * @example for await (const chunk of flights.chunkFeeder({ batchRows: 10_000 })) fit.update(chunk)
   */
  chunkFeeder<const O extends RunOptions = object>(options?: O): ChunkFeeder<OutRow<Row, O>>;
}
