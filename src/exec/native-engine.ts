/** What running needs of the native room, as interfaces: the addon's wrappers have this shape, and so do tests' stand-ins. */
import type { Evaluator, NativeScan } from '../data/doors.js';

/** Texts that codes stand for; the same object for the same dictionary within a query. */
export interface RawDictionary {
  readonly length: number;
  readonly offsets: Int32Array;
  readonly data: Uint8Array;
}

/** One column in Arrow's layout, as the engine hands it over. */
export interface RawColumn {
  readonly typeId: number;
  readonly nullCount: number;
  readonly validity: Uint8Array | null;
  /** One element a row; bit-packed for bool; codes where there is a dictionary; unused for plain text. */
  readonly values: ArrayBufferView | null;
  readonly offsets?: Int32Array | undefined;
  readonly data?: Uint8Array | undefined;
  readonly dictionary?: RawDictionary | undefined;
}

export interface RawBatch {
  readonly rows: number;
  readonly columns: readonly RawColumn[];
}

export interface NativeOptions {
  readonly threads?: number;
  readonly memory?: number;
  readonly maxSpill?: number;
  readonly tempDirectory?: string;
  readonly batchRows?: number;
  readonly forceSpill?: boolean;
  readonly equalHashes?: boolean;
  readonly morselPages?: number;
}

/** What a pipeline did; times in nanoseconds, `nanos` by the clock and `busyNanos` summed over threads. */
export interface PipelineStatistics {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly nanos: number;
  readonly busyNanos: number;
  readonly bytesRead: number;
  readonly spillBytes: number;
}

export interface QueryStatistics {
  readonly rowsScanned: number;
  readonly bytesRead: number;
  readonly pagesPruned: number;
  readonly groupsPruned: number;
  readonly peakMemory: number;
  readonly spillBytes: number;
  readonly perPipeline: readonly PipelineStatistics[];
}

export interface NativeQuery {
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
  startQuery(description: Uint8Array, handles: readonly NativeScan[], options: NativeOptions): NativeQuery;
  /** Threads and bytes of memory that the process's pools have. */
  machine(): { readonly threads: number; readonly memory: number };
}
