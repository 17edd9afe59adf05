/** The doors between rooms, as interfaces only: what a plan holds of storage, what execution needs of either. */
import type { AnnoyMetric } from './annoy-metric.js';
import type { Schema } from './schema.js';
import type { LiteralValue } from './literal.js';

/** A handle of the native room; only `src/native` looks inside. */
export interface NativeScan {
  readonly nativeScan: unknown;
}

/** A condition a source may use to skip data unread: `column compare value`. All given ones must hold. */
export interface ScanPredicate {
  readonly column: string;
  readonly compare: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'in' | 'isNull' | 'isNotNull' | 'startsWith';
  /** One value, several for `in`, none for the null tests; already of the column's type. */
  readonly values: readonly LiteralValue[];
}

/** Rows `first` up to, not including, `end`, counted from 0 in a source's order. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

export interface ScanRequest {
  /** Columns in the order wanted. */
  readonly columns: readonly string[];
  readonly predicates: readonly ScanPredicate[];
  /** Only these rows. Asked only of sources that say `rangeable`. */
  readonly rows?: RowRange;
  readonly signal?: AbortSignal;
}

/** An opened scan: the native side reads from `scan`; `close` frees what the source holds (workers, descriptors). */
export interface OpenScan {
  readonly scan: NativeScan;
  /** Columns the handle exposes, in order; a superset of those requested is allowed. */
  readonly columns: readonly string[];
  close(): Promise<void>;
}

/** What a source is to the cost of a query. */
export interface SourceGrade {
  /** `replay cache`, `shards`. */
  readonly tier: string;
  /** `offload.vtr, 6,000 rows, 98 KB per pass`. */
  readonly detail: string;
}

/** A condition implied by others, and what it saves: `3 of 1,000 shards`. */
export interface ImpliedPredicate {
  readonly predicate: ScanPredicate;
  readonly note: string;
}

/** Rows that can be read any number of times. Made by storage, held by plans, opened by execution. */
export interface Source {
  /** How it is shown in a plan: `flights.vtr`, `parquet flights.parquet`, `rows (3 columns)`. */
  readonly label: string;
  readonly schema: Schema;
  /** Exact when known without a scan. */
  readonly rows: number | undefined;
  /** Size on disk or in memory, for cost grades. */
  readonly bytes: number | undefined;
  /**
   * How a range of its rows is read: `native`, the opened scan can start anywhere; `source`, `open` gives only the rows
   * asked for; absent: only as a whole.
   */
  readonly rangeable?: 'native' | 'source';
  /** What the rows cost to read again, for `print` and `explain`: a replay cache, shards. */
  readonly grade?: SourceGrade;
  /** Changes when the rows may have: a hash of content, or of path, size, time and version. */
  fingerprint?(): Promise<string>;
  /** A condition on another of its columns that rows meeting all of these must meet too (a shard's number). */
  implied?(predicates: readonly ScanPredicate[]): ImpliedPredicate | undefined;
  open(request: ScanRequest): Promise<OpenScan>;
}

/** A writer's native handle plus its commit; made by storage, filled by execution. */
export interface Sink {
  readonly label: string;
  /** Called once with the schema of the rows to come; the native side writes through `writer`. */
  open(schema: Schema, signal?: AbortSignal): Promise<OpenSink>;
}

export interface OpenSink {
  readonly writer: NativeScan;
  /** All rows were written: make them durable and visible. */
  commit(): Promise<{ readonly rows: number; readonly bytes: number }>;
  /** Something failed: leave nothing behind. */
  abort(): Promise<void>;
}

/** An index over rows of numbers that finds neighbours approximately; held by plans, opened by execution. */
export interface VectorIndex {
  /** `ref.ann`. */
  readonly label: string;
  /** Rows are numbered from 0 up to this. */
  readonly rows: number;
  readonly columns: number;
  readonly metric: AnnoyMetric;
  readonly trees: number;
  /** Candidates that a search for `k` neighbours collects when nothing is said of it. */
  usualSearchK(k: number): number;
  /** As that of a source. */
  fingerprint?(): Promise<string>;
  /** What the engine searches; it stays usable until `close`, whatever becomes of the index meanwhile. */
  open(): Promise<OpenVectorIndex>;
}

export interface OpenVectorIndex {
  readonly index: NativeScan;
  close(): Promise<void>;
}

/** Folds constants with the very kernels that run the query. */
export interface Evaluator {
  /** Value of an expression without columns; throws EngineError as execution would. */
  evaluate(
    op: string,
    args: readonly { readonly value: LiteralValue; readonly typeId: number }[],
    params: readonly number[],
    resultTypeId: number,
  ): LiteralValue;
}

/** What a long computation has come to, for a later run to go on from. */
export interface Checkpoint {
  /** What was computed, of what and how, as hashes by name; a run whose own differ must not go on from it. */
  readonly identity: ReadonlyMap<string, string>;
  /** How far it came, in counts by name. */
  readonly position: ReadonlyMap<string, number>;
  /** Nothing is left to do. */
  readonly finished: boolean;
  readonly state: Uint8Array;
}

/** Checkpoints as files; made by storage, used by whoever computes for long. */
export interface CheckpointStore {
  /**
   * Takes the file for this run alone; it need not exist.
   *
   * @throws EngineError `locked` while another run has it, `io`
   */
  open(path: string): OpenCheckpoint;
}

/** One checkpoint file in the hands of one run. */
export interface OpenCheckpoint {
  /** What is in the file; undefined when there is none. @throws EngineError `format` if it is damaged, or no checkpoint */
  read(): Checkpoint | undefined;
  /** Puts another in its place, in one step: a crash leaves this one or the one before. */
  write(checkpoint: Checkpoint): Promise<void>;
  remove(): void;
  /** Gives the file back. May be called again. */
  close(): void;
}
