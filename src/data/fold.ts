/** Fold: one pass over rows in tables of some rows each, with the algebra that lets it be split. */
import type { Table } from './table.js';

/**
 * A reduction of rows that have the columns of `Row` (any rows, if it says nothing):
 * `finish(update(update(init(), batch₁), batch₂) …)`.
 *
 * What is declared picks the plan. Without `combine`: one pass, batches in order. With it: parts of the rows are folded
 * apart, each from `init()`, and merged in order; it must be associative, `init()` its identity. `commutative`: merged as
 * they finish.
 *
 * `update` may change and return `acc`; `combine(a, b)` may change `a` only. Batches share the engine's memory: what is
 * kept of them beyond the call is copied.
 *
 * @example
 * const rows: Fold<number> = { init: () => 0, update: (acc, batch) => acc + batch.numRows, combine: (a, b) => a + b, commutative: true }
 */
export interface Fold<S, R = S, Row extends object = object> {
  init(): S;
  update(acc: S, batch: Table<Row>): S;
  combine?(a: S, b: S): S;
  readonly commutative?: boolean;
  /** Nothing that follows can change the result: the scan ends. */
  done?(acc: S): boolean;
  finish?(acc: S): R;
  /** For checkpoints and workers; by default the state must be structured-clone serialisable. */
  save?(acc: S): Uint8Array;
  load?(bytes: Uint8Array): S;
}
