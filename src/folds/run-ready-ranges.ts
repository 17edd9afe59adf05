/** Folds of the engine with checkpoints: range after range, each on all threads, going on from the state so far. */
import type { RunOptions } from '../exec/run-options.js';
import type { FoldCheckpoint, FoldPosition } from './fold-checkpoint.js';
import { foldParts } from './fold-parts.js';
import type { FoldPlan } from './fold-plan.js';
import { rangeRows } from './fold-plan.js';
import { FoldProgress } from './fold-progress.js';
import type { FoldTarget } from './fold-target.js';
import type { ReadyFold } from './ready/ready-fold.js';
import { foldReady } from './ready/run-ready.js';

/** Ranges of one pass at most: enough for all threads, few enough to look at the clock in between. */
const rangesAtOnce = 8;

/** The accumulator of a ready fold after all rows, kept in `checkpoint` on the way where the rows come in ranges. */
export async function runReadyRanges(
  target: FoldTarget,
  fold: ReadyFold<unknown>,
  plan: FoldPlan,
  options: RunOptions & { readonly everyRows?: number | undefined },
  checkpoint: FoldCheckpoint,
): Promise<{ readonly acc: Uint8Array } & FoldPosition> {
  const { executor } = target;
  if (plan.cut !== 'ranges') {
    const { acc } = await foldReady(target.plan, executor, fold, options);
    return { acc, parts: 1, rows: 0 };
  }
  const parts = foldParts(target, plan);
  let at: FoldPosition = { parts: checkpoint.before?.parts ?? 0, rows: checkpoint.before?.rows ?? 0 };
  let acc = (checkpoint.before?.acc as Uint8Array | undefined) ?? fold.init();
  const progress = new FoldProgress(parts.count, at.parts, options.onProgress);
  const step = Math.max(1, Math.min(rangesAtOnce, Math.ceil((options.everyRows ?? Infinity) / rangeRows)));
  while (at.parts < parts.count) {
    const ranges = Math.min(step, parts.count - at.parts);
    const { plan: some } = parts.part(at.parts, ranges);
    const onProgress = progress.ofPart(at.parts, ranges);
    acc = (await foldReady(some, executor, fold, { ...options, onProgress }, acc)).acc;
    // Rows of the source, not of the result: nobody counts those here.
    at = { parts: at.parts + ranges, rows: (at.parts + ranges) * rangeRows };
    if (at.parts < parts.count && checkpoint.due(at)) await checkpoint.keep(acc, at);
  }
  progress.end();
  return { ...at, acc };
}
