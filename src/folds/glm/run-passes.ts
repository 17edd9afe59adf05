/** runPasses: answers the requests of several fits over the same rows, each pass one native run for all of them. */
import type { Executor } from '../../exec/executor.js';
import type { NativeFold } from '../../exec/fold.js';
import type { RunOptions } from '../../exec/run-options.js';
import type { PlanNode } from '../../plan/node.js';
import { decodeIrls } from './irls-state.js';
import type { IrlsPass } from './irls-state.js';
import type { Request } from './irls.js';

/** A fit in progress and how its requests become folds. */
export interface Conversation<R> {
  readonly steps: Generator<Request, R, IrlsPass>;
  fold(request: Request): NativeFold;
}

export interface Rows {
  readonly plan: PlanNode;
  readonly executor: Executor;
  readonly options: RunOptions;
}

/** The results of all, and how many passes were made. */
export async function runPasses<R>(
  rows: Rows,
  conversations: readonly Conversation<R>[],
): Promise<{ readonly results: readonly R[]; readonly passes: number }> {
  const results = new Map<Conversation<R>, R>();
  let open = conversations.map((conversation) => ({ conversation, step: conversation.steps.next() }));
  for (let passes = 0; ; passes++) {
    for (const { conversation, step } of open) {
      if (step.done === true) results.set(conversation, step.value);
    }
    open = open.filter(({ step }) => step.done !== true);
    if (open.length === 0) return { results: conversations.map((c) => results.get(c)!), passes };
    const folds = open.map(({ conversation, step }) => conversation.fold(step.value as Request));
    const { states } = await rows.executor.fold(rows.plan, folds, rows.options);
    open = open.map(({ conversation }, i) => ({
      conversation,
      step: conversation.steps.next(decodeIrls(states[i]!)),
    }));
  }
}
