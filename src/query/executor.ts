/** What a query needs of the rooms below to run: handed in, so that verbs and types stand without them. */
import type { Sink, Source } from '../data/doors.js';
import type { Table } from '../data/table.js';
import type { PlanNode } from '../plan/node.js';
import type { OutputOptions } from './row-types.js';

/** Progress of a running query. */
export interface Progress {
  readonly rows: number;
  readonly bytes: number;
  /** 0…1; undefined where the amount of work is not known. */
  readonly fraction: number | undefined;
  readonly stage: string;
}

/** Options of everything that runs a query. */
export interface RunOptions extends OutputOptions {
  /** Stops the engine within 100 ms; the promise rejects with code `cancelled`. */
  readonly signal?: AbortSignal;
  /** Called about ten times a second while the query runs, never after it has settled. */
  readonly onProgress?: (progress: Progress) => void;
  /** Most memory to work in, as bytes or text: `'64MB'`. What does not fit goes to temporary files. */
  readonly memory?: number | string;
  /** Most threads, of those the process has. */
  readonly threads?: number;
  /** Rows of a batch at most. */
  readonly batchRows?: number;
  /** Optimizer rules to leave out, by name. */
  readonly rules?: { readonly off: readonly string[] };
}

/** Runs plans. */
export interface Executor {
  collect(plan: PlanNode, options: RunOptions): Promise<Table>;
  batches(plan: PlanNode, options: RunOptions): AsyncGenerator<Table, void, undefined>;
  write(
    plan: PlanNode,
    sink: Sink,
    options: RunOptions,
  ): Promise<{ readonly rows: number; readonly bytes: number }>;
  explain(plan: PlanNode, options: RunOptions & { readonly run?: boolean }): Promise<string>;
}

/** How a source is to be opened; the formats know which options they take. */
export type OpenOptions = Readonly<Record<string, unknown>>;

/** How a file is to be written; the formats know which options they take. */
export type WriteOptions = Readonly<Record<string, unknown>>;

/** Opens sources and sinks. */
export interface Stores {
  /** @throws EngineError `argument` or `unsupported` for what cannot be read, else as the format says */
  open(source: unknown, options: OpenOptions): Source;
  /** @param format the extension: `vtr` */
  sink(format: string, path: string, options: WriteOptions): Sink;
}

/** All that a query needs below it. */
export interface Engine {
  readonly executor: Executor;
  readonly stores: Stores;
}
