/** Callbacks over shards: so many at a time, awaited, their results in the order of keys, their errors with the shard named. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfCancelled } from '../../base/cancel.js';
import { EngineError } from '../../base/engine-error.js';
import type { ErrorCode } from '../../base/engine-error.js';
import type { ShardEntry, ShardLayout } from '../../storage/shards/shard-layout.js';
import { labelOf } from './shard-key.js';

/** Rows handed to callbacks between two turns of the event loop. */
const STEP_ROWS = 16_384;

/** What there is to do for a shard, once its input is there. */
export interface ShardTask {
  readonly shard: ShardEntry;
  readonly run: () => unknown;
}

/**
 * Runs tasks as they come, `concurrency` at a time; the first error ends it.
 *
 * @param verb for messages: `groupMap`
 * @returns the value for each shard number
 */
export async function runTasks(
  layout: ShardLayout,
  tasks: AsyncIterable<readonly ShardTask[]>,
  verb: string,
  concurrency: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, unknown>> {
  const values = new Map<number, unknown>();
  const running = new Set<Promise<void>>();
  let handled = 0;
  let failed: { readonly error: unknown } | undefined;
  const start = async ({ shard, run }: ShardTask): Promise<void> => {
    try {
      values.set(shard.number, await run());
    } catch (error) {
      failed ??= { error: shardError(layout, shard, verb, error) };
    }
  };
  try {
    for await (const batch of tasks) {
      for (const task of batch) {
        throwIfCancelled(signal);
        const work: Promise<void> = start(task).finally(() => running.delete(work));
        running.add(work);
        if (running.size >= concurrency) await Promise.race(running);
        handled += Math.max(1, task.shard.rows);
        if (handled >= STEP_ROWS) {
          handled = 0;
          await nextTurn();
        }
        if (failed !== undefined) throw failed.error;
      }
    }
  } finally {
    // No callback goes on after the call has settled.
    await Promise.all(running);
  }
  if (failed !== undefined) throw failed.error;
  throwIfCancelled(signal);
  return values;
}

/** What a callback threw, with the shard that it was given. */
function shardError(layout: ShardLayout, shard: ShardEntry, verb: string, thrown: unknown): EngineError {
  const code: ErrorCode = thrown instanceof EngineError ? thrown.code : 'data';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const label = labelOf(layout, shard);
  return new EngineError(code, `${verb}, shard ${label}: ${message}`, {
    detail: { ...(thrown instanceof EngineError ? thrown.detail : {}), shard: label, rows: shard.rows },
    cause: thrown,
  });
}
