/** Runs native folds over a plan: the columns they need, one pipeline or more, and the bytes of each state. */
import { EngineError } from '../base/engine-error.js';
import type { Expr } from '../expr/expr.js';
import { column } from '../expr/build.js';
import type { PlanNode } from '../plan/node.js';
import { project } from '../plan/nodes/project.js';
import { lower } from './lower/index.js';
import type { LoweredQuery } from './lower/index.js';
import type { RawBatch } from '../native/addon.js';

/** A fold as the engine runs it; its state comes back as bytes. */
export interface NativeFold {
  /** As `native/engine/folds.h` lists it. */
  readonly name: string;
  /** What it sees of each row. */
  readonly args: readonly Expr[];
  readonly params: readonly number[];
  /** A saved state to go on from. */
  readonly initial?: Uint8Array | undefined;
}

/** The plan that computes what the folds see: each different argument is one column. */
export function planOfFolds(plan: PlanNode, folds: readonly NativeFold[]): PlanNode {
  const args = [...new Set(folds.flatMap((fold) => fold.args))];
  // Rows that nobody looks into are counted by a column all the same.
  const seen = args.length === 0 ? [column(plan.schema.names[0]!)] : args;
  return project(
    plan,
    seen.map((expr, i) => ({ name: String(i), expr })),
  );
}

/** Lowers what `planOfFolds` gave, after optimization; `folds` as given there. */
export function lowerFolds(optimized: PlanNode, folds: readonly NativeFold[]): LoweredQuery {
  const args = [...new Set(folds.flatMap((fold) => fold.args))];
  return lower(optimized, {
    folds: folds.map(({ name, args: own, params, initial }) => ({
      name,
      args: own.map((expr) => args.indexOf(expr)),
      params,
      initial: initial ?? new Uint8Array(),
    })),
  });
}

/** Takes the delivered bytes apart: a state for each fold, copied. */
export function statesOf(batch: RawBatch, folds: number): Uint8Array[] {
  const values = batch.columns[0]?.values;
  const states: Uint8Array[] = [];
  if (values === null || values === undefined) throw damaged();
  const bytes = new Uint8Array(values.buffer, values.byteOffset, batch.rows);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (let i = 0; i < folds; i++) {
    if (at + 8 > bytes.length) throw damaged();
    const size = Number(view.getBigUint64(at, true));
    at += 8;
    if (at + size > bytes.length) throw damaged();
    states.push(bytes.slice(at, at + size));
    at += size;
  }
  return states;
}

function damaged(): EngineError {
  return new EngineError('internal', 'the engine gave no states for the folds asked for; please report it');
}
