/** A stand-in for the native engine: hands out prepared batches, remembers what was asked of it, can hang and fail. */
import { EngineError } from '../../src/base/engine-error.js';
import type { OpenScan, OpenSink, ScanRequest, Sink, Source } from '../../src/data/doors.js';
import { Schema } from '../../src/data/schema.js';
import { int32, typeIds } from '../../src/data/types.js';
import type { NativeEngine, RunningNative } from '../../src/exec/native-engine.js';
import type { QueryStatistics, RawBatch } from '../../src/native/addon.js';
import type { NativeQueryOptions } from '../../src/native/query.js';
import type { DecodedPipeline } from './decode-description.js';
import { decodeDescription } from './decode-description.js';

export interface FakeSettings {
  readonly batches?: readonly (readonly number[])[];
  /** The call after so many batches never settles by itself. */
  readonly hangAfter?: number;
  readonly fail?: EngineError;
  readonly failStart?: EngineError;
  readonly statistics?: Partial<QueryStatistics>;
}

/** What happened, in order: `start`, `next`, `cancel`, `close`, `open a`, `close a`, `commit`, `abort`. */
export type Log = string[];

export function int32Batch(values: readonly number[]): RawBatch {
  const column = { typeId: typeIds.int32, nullCount: 0, validity: null, values: Int32Array.from(values) };
  return { rows: values.length, columns: [column] };
}

export class FakeEngine implements NativeEngine {
  readonly log: Log;
  pipelines: DecodedPipeline[] = [];
  options: NativeQueryOptions | undefined;
  handles: readonly unknown[] = [];
  readonly #settings: FakeSettings;

  constructor(log: Log, settings: FakeSettings = {}) {
    this.log = log;
    this.#settings = settings;
  }

  machine(): { threads: number; memory: number } {
    return { threads: 4, memory: 2 ** 30 };
  }

  evaluate(): never {
    throw new EngineError('data', 'nothing is folded here');
  }

  startQuery(
    description: Uint8Array,
    handles: readonly { nativeScan: unknown }[],
    options: NativeQueryOptions,
  ): RunningNative {
    this.log.push('start');
    if (this.#settings.failStart !== undefined) throw this.#settings.failStart;
    this.pipelines = decodeDescription(description);
    this.handles = handles.map((handle) => handle.nativeScan);
    this.options = options;
    return fakeQuery(this.log, this.#settings);
  }
}

function fakeQuery(log: Log, settings: FakeSettings): RunningNative {
  const batches = (settings.batches ?? []).map(int32Batch);
  let given = 0;
  let stop: ((error: Error) => void) | undefined;
  const cancelled = new EngineError('cancelled', 'the query was cancelled');
  const answer = <T>(what: string, value: () => T): Promise<T> => {
    log.push(what);
    if (settings.fail !== undefined && given >= batches.length) return Promise.reject(settings.fail);
    if (given !== settings.hangAfter) return Promise.resolve(value());
    return new Promise<T>((_, reject) => {
      stop = reject;
    });
  };
  const statistics: QueryStatistics = {
    rowsScanned: 0,
    bytesRead: 0,
    pagesPruned: 0,
    groupsPruned: 0,
    peakMemory: 0,
    spillBytes: 0,
    rowsDelivered: 0,
    morsels: 0,
    parked: 0,
    busyNanos: 0,
    lockWaits: 0,
    perPipeline: [],
    ...settings.statistics,
  };
  return {
    next: () => answer('next', () => batches[given++] ?? null),
    collect: () => answer('collect', () => batches[0] ?? int32Batch([])),
    finish: () => answer('finish', () => undefined),
    cancel() {
      log.push('cancel');
      stop?.(cancelled);
    },
    close: () => log.push('close'),
    progress: () => ({
      rows: given,
      bytes: given * 100,
      fraction: settings.hangAfter === undefined ? 0.5 : undefined,
    }),
    stats: () => statistics,
  };
}

/** A source `label` with one int32 column `x` that notes its opening and closing; `open` changes how it opens. */
export function fakeSource(
  label: string,
  log: Log,
  open?: (request: ScanRequest) => Promise<OpenScan>,
): Source {
  return {
    label,
    schema: new Schema([{ name: 'x', type: int32, nullable: false }]),
    rows: undefined,
    bytes: undefined,
    async open(request) {
      log.push(`open ${label}`);
      return open === undefined ? fakeScan(label, log) : open(request);
    },
  };
}

export function fakeScan(label: string, log: Log, columns: readonly string[] = ['x']): OpenScan {
  return {
    scan: { nativeScan: label },
    columns,
    close: async () => {
      log.push(`close ${label}`);
    },
  };
}

export function fakeSink(log: Log): Sink {
  const target: OpenSink = {
    writer: { nativeScan: 'writer' },
    commit: async () => {
      log.push('commit');
      return { rows: 3, bytes: 30 };
    },
    abort: async () => {
      log.push('abort');
    },
  };
  return {
    label: 'out.vtr',
    open: async (schema) => {
      log.push(`create ${schema.toString()}`);
      return target;
    },
  };
}
