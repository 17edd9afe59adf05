/** What a query needs of the rooms below to read, run and write: handed in, so that verbs stand without them. */
import type { CheckpointStore, Sink, Source } from '../data/doors.js';
import type { Executor } from '../exec/executor.js';

/** Options that a format knows: how it is opened or written. */
export type FormatOptions = Readonly<Record<string, unknown>>;

/** Opens sources and sinks. */
export interface Stores {
  /**
   * @param source path or paths, Table, Arrow table or IPC bytes, row objects, record of columns, or a Source
   * @throws EngineError `argument` or `unsupported` for what cannot be read, else what its format throws
   */
  open(source: unknown, options: FormatOptions): Source;
  /** The `.vtr` file that rows are to be written to. */
  vtrSink(path: string, options: FormatOptions): Sink;
  readonly checkpoints: CheckpointStore;
}

/** All that a query needs below it. */
export interface Engine {
  readonly executor: Executor;
  readonly stores: Stores;
}
