/** What can be folded: anything that says, under one symbol, which plan its rows come from and what runs it. */
import { EngineError } from '../base/engine-error.js';
import type { CheckpointStore } from '../data/doors.js';
import type { LiteralValue } from '../data/literal.js';
import type { Executor } from '../exec/executor.js';
import type { PlanNode } from '../plan/node.js';

/** The method by which queries and shards say what a fold needs of them. */
export const foldTarget: unique symbol = Symbol('spillway.foldTarget');

/** Rows that belong together and can be folded apart from others. */
export interface FoldShard {
  /** `{ origin: 'SFO' }`, for messages. */
  readonly key: Readonly<Record<string, LiteralValue>>;
  readonly rows: number;
  readonly plan: PlanNode;
}

export interface FoldTarget {
  /** All rows. */
  readonly plan: PlanNode;
  readonly executor: Executor;
  readonly checkpoints: CheckpointStore;
  /** The same rows in parts. */
  readonly shards?: readonly FoldShard[];
}

/** A Query, Shards: whatever has rows that can be read as often as needed. */
export interface Foldable {
  /** What a fold over the rows needs; for the functions of this library. */
  [foldTarget](): FoldTarget;
}

export function isFoldable(value: unknown): value is Foldable {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Foldable>)[foldTarget] === 'function'
  );
}

/** @throws EngineError `argument` for what is neither a Query nor Shards */
export function foldTargetOf(value: unknown, what: string): FoldTarget {
  if (isFoldable(value)) return value[foldTarget]();
  throw new EngineError('argument', `${what} takes a query, such as tbl() gives, or shards`);
}
