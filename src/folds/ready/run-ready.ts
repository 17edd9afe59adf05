/** Runs ready folds over a plan: all native parts in one pass, each part that is a plan in a pass of its own. */
import { EngineError } from '../../base/engine-error.js';
import type { Executor, RunFigures } from '../../exec/executor.js';
import type { RunOptions } from '../../exec/run-options.js';
import type { PlanNode } from '../../plan/node.js';
import { decodeParts, encodeParts } from './part-states.js';
import type { PartState } from './part-states.js';
import type { ReadyFold } from './ready-fold.js';
import { answerState } from './answer-state.js';
import { argumentTypes, bindPart } from './ready-part.js';
import type { ReadyPart } from './ready-part.js';

/** An accumulator, and what the passes over the rows took together. */
export interface FoldedParts {
  readonly acc: Uint8Array;
  readonly stats: RunFigures;
}

/**
 * Checks that a fold fits the rows of a plan.
 *
 * @throws EngineError `plan` for an unknown column, `type` for one that the fold does not take
 */
export function checkReady<R>(plan: PlanNode, fold: ReadyFold<R>): void {
  for (const part of fold.parts) argumentTypes(part, plan.schema, fold.label);
}

/**
 * The result of a ready fold over all rows of a plan.
 *
 * @throws EngineError `plan` or `type` if the fold does not fit the rows, and whatever running throws
 */
export async function runReady<R>(
  plan: PlanNode,
  executor: Executor,
  fold: ReadyFold<R>,
  options: RunOptions = {},
): Promise<R> {
  const { acc } = await foldReady(plan, executor, fold, options);
  return fold.finish(acc);
}

/**
 * The accumulator of a ready fold after all rows of a plan.
 *
 * @param initial an accumulator to go on from; empty or left out: none. Not for folds without `combine`
 */
export async function foldReady<R>(
  plan: PlanNode,
  executor: Executor,
  fold: ReadyFold<R>,
  options: RunOptions = {},
  initial: Uint8Array = new Uint8Array(),
): Promise<FoldedParts> {
  const before = initial.length === 0 ? undefined : decodeParts(initial, fold.parts.length);
  const bound = fold.parts.map((part, i) => boundPart(part, plan, fold.label, before?.parts[i]));
  const folds = bound.flatMap(({ native }) => (native === undefined ? [] : [native]));
  const none: RunFigures = { rowsScanned: 0, bytesRead: 0, spillBytes: 0, peakMemory: 0 };
  const ran = folds.length === 0 ? { states: [], stats: none } : await executor.fold(plan, folds, options);
  const states = ran.states[Symbol.iterator]();
  const parts: PartState[] = [];
  for (const [i, part] of fold.parts.entries()) {
    const { typeIds, params } = bound[i]!;
    const state =
      part.kind === 'native'
        ? (states.next().value ?? new Uint8Array())
        : answerState(await executor.collect(part.plan(plan), options));
    parts.push({ typeIds, params, state });
  }
  return { acc: encodeParts({ parts, updated: before?.updated ?? 0 }), stats: ran.stats };
}

function boundPart(part: ReadyPart, plan: PlanNode, label: string, before: PartState | undefined) {
  const types = argumentTypes(part, plan.schema, label);
  if (part.kind === 'plan') {
    if (before !== undefined)
      throw new EngineError(
        'unsupported',
        `${label} needs all values together; it cannot go on from a saved state`,
      );
    return { typeIds: [], params: [], native: undefined };
  }
  const { name, typeIds, params } = bindPart(part, types);
  if (before !== undefined && before.typeIds.join() !== typeIds.join())
    throw new EngineError('changed', `${label}: the saved state is of columns of other types`);
  return { typeIds, params, native: { name, args: part.args, params, initial: before?.state } };
}
