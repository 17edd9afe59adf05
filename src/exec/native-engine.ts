/** What running needs of the native room: as an interface, so that tests can stand in for it, and as it is. */
import type { Evaluator, NativeScan } from '../data/doors.js';
import type { QueryStatistics, RawBatch } from '../native/addon.js';
import { nativeEvaluator } from '../native/evaluator.js';
import { machine } from '../native/process.js';
import type { NativeQueryOptions } from '../native/query.js';
import { startQuery } from '../native/query.js';

export interface RunningNative {
  /** The next batch in order, null at the end. */
  next(): Promise<RawBatch | null>;
  /** All rows, columns of exact size. */
  collect(): Promise<RawBatch>;
  /** Resolves when all rows are in the writer. */
  finish(): Promise<void>;
  cancel(): void;
  close(): void;
  /** `fraction` is undefined while the whole is not known. */
  progress(): { readonly rows: number; readonly bytes: number; readonly fraction: number | undefined };
  stats(): QueryStatistics;
}

export interface NativeEngine extends Evaluator {
  startQuery(
    description: Uint8Array,
    handles: readonly NativeScan[],
    options: NativeQueryOptions,
  ): RunningNative;
  /** Threads and bytes of memory that the process's pools have. */
  machine(): { readonly threads: number; readonly memory: number };
}

/** The addon, loaded when a query first needs it. */
export const nativeEngine: NativeEngine = Object.freeze({
  ...nativeEvaluator,
  startQuery,
  machine,
});
