/** Runs a fold whose functions are JavaScript: reads the parts, folds them where the plan says, merges, keeps. */
import { parseByteSize } from '../base/byte-size.js';
import type { RunOptions } from '../exec/run-options.js';
import { minimumMemory } from '../exec/run-options.js';
import { machine } from '../native/process.js';
import { limit } from '../plan/nodes/limit.js';
import type { FoldCheckpoint, FoldPosition } from './fold-checkpoint.js';
import type { DeclaredFold } from './fold-declaration.js';
import type { FoldParts } from './fold-parts.js';
import { foldParts } from './fold-parts.js';
import type { FoldPlan } from './fold-plan.js';
import { FoldProgress } from './fold-progress.js';
import { initOf } from './fold-step.js';
import type { FoldTarget } from './fold-target.js';
import type { PartFolder } from './part-folder.js';
import { DirectFolder } from './part-folder.js';
import { PartReader } from './part-reader.js';
import { SegmentReader } from './segment-reader.js';
import { WorkerFolder } from './worker-folder.js';
import { runPartial } from './run-partial.js';
import { runSequential } from './run-sequential.js';

/** A fold that is not the engine's own. */
export type CallbackFold = Exclude<DeclaredFold, { readonly kind: 'ready' }>;

/** The accumulator of all rows, and how many of them were folded. */
export async function runCallbacks(
  target: FoldTarget,
  declared: CallbackFold,
  plan: FoldPlan,
  options: RunOptions,
  checkpoint?: FoldCheckpoint,
): Promise<{ readonly acc: unknown } & FoldPosition> {
  const { fold } = declared;
  const start: FoldPosition = { parts: checkpoint?.before?.parts ?? 0, rows: checkpoint?.before?.rows ?? 0 };
  const parts = foldParts(from(target, plan, start), plan);
  // Where one part fails or none is needed any more, those that are being read end with it.
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  const progress = new FoldProgress(parts.count, start.parts, options.onProgress);
  const { lanes, ...shared } = shareMemory(plan, parts.count - start.parts, options);
  const reader = readerOf(target, plan, parts, start, { ...options, ...shared, signal }, progress);
  const folders = Array.from({ length: lanes }, () => folderOf(declared, signal));
  const position = { ...start };
  const common = { fold, before: checkpoint?.before, take: () => reader.take() };
  try {
    const acc =
      plan.merge === 'sequential'
        ? await runSequential({
            ...common,
            folder: folders[0]!,
            start,
            // Within a part only where there is but one: parts are read again from their start.
            onProgress: async (at, atEnd, current) => {
              Object.assign(position, at);
              const keepable = atEnd || plan.cut === 'none';
              if (keepable && checkpoint?.due(at) === true) await checkpoint.keep(await current(), at);
            },
          })
        : await runPartial({
            ...common,
            folders,
            inOrder: plan.merge === 'ordered',
            first: start.parts,
            onMerged: async (merged, merges, rows) => {
              position.parts = merges;
              position.rows += rows;
              if (checkpoint?.due(position) === true) await checkpoint.keep(merged, { ...position });
            },
          }).then((merged) => (merged === undefined ? initOf(fold) : merged.acc));
    progress.end();
    return { ...position, acc };
  } finally {
    stop.abort();
    await reader.close();
    await Promise.all(folders.map((folder) => folder.close()));
  }
}

/** What hands out the parts. */
function readerOf(
  target: FoldTarget,
  { cut }: FoldPlan,
  parts: FoldParts,
  start: FoldPosition,
  options: RunOptions & { readonly ahead: boolean },
  progress: FoldProgress,
): PartReader | SegmentReader {
  const { executor } = target;
  if (cut !== 'segments') return new PartReader(parts, start.parts, executor, options, progress);
  const onProgress = progress.ofPart(0);
  return new SegmentReader(executor.batches(parts.part(0).plan, { ...options, onProgress }), start);
}

/** How many parts are read at the same time, and what each may hold of the memory allowed. */
function shareMemory(
  { lanes, cut }: FoldPlan,
  parts: number,
  { memory, threads }: RunOptions,
): { readonly lanes: number; readonly ahead: boolean; readonly memory?: number } {
  if (memory === undefined || cut === 'segments' || parts <= 1) return { lanes, ahead: true };
  const all = parseByteSize('memory', memory);
  const most = Math.max(1, Math.floor(all / minimumMemory(threads ?? machine().threads)));
  const at = Math.min(lanes, most);
  const ahead = at < most;
  return { lanes: at, ahead, memory: Math.floor(all / (ahead ? at + 1 : at)) };
}

function folderOf(declared: CallbackFold, signal: AbortSignal): PartFolder {
  if (declared.kind === 'callbacks') return new DirectFolder(declared.fold);
  const { fold, module, name } = declared;
  return new WorkerFolder(fold, { module, name }, signal);
}

/** The target without the rows that an earlier run has folded, where they come in one stream. */
function from(target: FoldTarget, { cut }: FoldPlan, { rows }: FoldPosition): FoldTarget {
  if (cut === 'ranges' || cut === 'shards' || rows === 0) return target;
  return { ...target, plan: limit(target.plan, Number.MAX_SAFE_INTEGER - rows, rows) };
}
