/** `collectChunked`: a fold over all rows of a target, run as its declared algebra allows. */
import { throwIfCancelled } from '../base/cancel.js';
import type { Fold } from '../data/fold.js';
import type { Table } from '../data/table.js';
import type { RunOptions } from '../exec/run-options.js';
import type { LawOptions, LawsChecked } from './check-laws.js';
import { lawOptionsOf, tryLaws } from './check-laws.js';
import type { CheckpointOptions } from './fold-checkpoint.js';
import { FoldCheckpoint, checkpointOptionsOf } from './fold-checkpoint.js';
import type { ModuleFold } from './fold-declaration.js';
import { declareFold } from './fold-declaration.js';
import { foldIdentity } from './fold-identity.js';
import { foldBatchRows } from './fold-plan.js';
import { finishFold } from './fold-step.js';
import type { FoldTarget, Foldable } from './fold-target.js';
import { foldTargetOf } from './fold-target.js';
import { planOfFold } from './plan-of-fold.js';
import { checkReady, foldReady } from './ready/run-ready.js';
import { runCallbacks } from './run-callbacks.js';
import { runReadyRanges } from './run-ready-ranges.js';

/** Options of a fold besides its algebra. */
export interface FoldOptions extends RunOptions {
  /**
   * Keeps the accumulator and the position in a file, every so often, so that the same call goes on from there after a
   * crash or an abort, with the same result; once finished it returns at once.
   */
  readonly checkpoint?: string | CheckpointOptions | undefined;
  /** Tries the laws of the declared algebra on a sample of the rows first; an error names the one that is broken. */
  readonly checkLaws?: boolean | LawOptions | undefined;
}

/** Names of the options that a fold knows besides those of every run. */
export const foldOptionNames: readonly string[] = ['checkpoint', 'checkLaws'];

/**
 * The result of a fold over all rows.
 *
 * @param given a fold object, an `update` function whose algebra is in the options, one of `folds.*`, or { module, name }
 */
export async function collectChunked(
  target: FoldTarget,
  given: unknown,
  options: FoldOptions = {},
): Promise<unknown> {
  throwIfCancelled(options.signal);
  const keeping = checkpointOptionsOf(options.checkpoint);
  const laws = lawOptionsOf(options.checkLaws);
  const declared = await declareFold(given, options);
  const { kind, fold } = declared;
  if (kind === 'ready') checkReady(target.plan, fold);
  if (laws !== undefined) await tryLaws(target, fold, laws, options);
  const plan = planOfFold(target, declared, options);
  const run = { ...options, batchRows: options.batchRows ?? foldBatchRows, everyRows: keeping?.everyRows };
  if (keeping === undefined) {
    const { acc } =
      kind === 'ready'
        ? await foldReady(target.plan, target.executor, fold, run)
        : await runCallbacks(target, declared, plan, run);
    return finishFold(fold, acc);
  }
  const checkpoint = new FoldCheckpoint(
    keeping,
    target,
    fold,
    await foldIdentity(target, declared, plan, run),
  );
  try {
    if (checkpoint.before?.finished === true) {
      await checkpoint.finish(undefined, checkpoint.before);
      return finishFold(fold, checkpoint.before.acc);
    }
    const folded =
      kind === 'ready'
        ? await runReadyRanges(target, fold, plan, run, checkpoint)
        : await runCallbacks(target, declared, plan, run, checkpoint);
    await checkpoint.finish(folded.acc, folded);
    return finishFold(fold, folded.acc);
  } finally {
    checkpoint.close();
  }
}

/**
 * Tries whether a fold keeps the laws that its declared algebra promises, on random cuts of a sample of the rows: the
 * identity of `init`, associativity, that parts combine to the whole, commutativity where declared, that batches may be
 * cut anywhere, and that accumulators share nothing.
 *
 * Numbers may differ by `tolerance`, since sums of floats depend on their order. Cost: some hundred folds of the sample.
 *
 * @throws EngineError `data` naming the law, the rows and the two results that differ
 * @example await checkLaws(flights, { init: () => 0, update: (n, batch) => n + batch.numRows, combine: (a, b) => a + b })
 */
export async function checkLaws<S, R = S, Row extends object = Record<string, unknown>>(
  source: Foldable | (Foldable & AsyncIterable<Table<Row>>),
  fold: Fold<S, R, Row> | ModuleFold,
  options: LawOptions & Pick<RunOptions, 'signal' | 'int64' | 'dates'> = {},
): Promise<LawsChecked> {
  const target = foldTargetOf(source, 'checkLaws');
  const { signal, int64, dates, ...laws } = options;
  throwIfCancelled(signal);
  const { fold: declared } = await declareFold(fold);
  return tryLaws(target, declared, lawOptionsOf(laws) ?? {}, { signal, int64, dates });
}
