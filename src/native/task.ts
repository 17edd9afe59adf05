/** Long computations on the engine's threads, outside of queries: a promise that can be cancelled and watched. */
import { cancelledError, onCancel, throwIfCancelled } from '../base/cancel.js';
import { addon } from './addon.js';
import { callNative, fromNative } from './native-error.js';
import type { NativeObject } from './native-object.js';

export interface TaskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called now and then while the task runs; the share done, 0 … 1. */
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

const watchMilliseconds = 100;

/**
 * Starts a task and waits for its end.
 *
 * @param what names the computation in errors   @param start makes the addon's task
 * @throws EngineError what the task failed with; `cancelled` when the signal says so
 */
export async function runTask(
  what: string,
  start: () => NativeObject,
  { signal, onFraction }: TaskOptions = {},
): Promise<unknown> {
  throwIfCancelled(signal);
  const task = callNative(what, start);
  const stopListening = onCancel(signal, () => {
    addon().cancelTask(task);
  });
  const watch =
    onFraction === undefined
      ? undefined
      : setInterval(() => {
          const fraction = addon().taskFraction(task);
          if (fraction >= 0) onFraction(fraction);
        }, watchMilliseconds);
  try {
    return await addon().taskResult(task);
  } catch (thrown) {
    if (signal?.aborted === true) throw cancelledError(signal);
    throw fromNative(thrown, what);
  } finally {
    clearInterval(watch);
    stopListening();
  }
}
