/** The addon's functions as they are, untyped handles and all; the rest of this room wraps them. */
import { assert } from '../base/assert.js';
import type { AnnoyAddon } from './annoy-addon.js';
import { loadAddon } from './load.js';
import type { MatrixAddon } from './matrix-addon.js';
import type { GraphAddon } from './graph-addon.js';
import type { NativeObject } from './native-object.js';
import type { NeighborsAddon } from './neighbors-addon.js';
import type { PreparedAddon } from './prepared-addon.js';
import type { VtrAddon } from './vtr-addon.js';

export type { NativeObject } from './native-object.js';

export interface RawDictionary {
  readonly id: number;
  readonly length: number;
  readonly offsets: Int32Array;
  readonly data: Uint8Array;
}

export interface RawColumn {
  readonly typeId: number;
  readonly nullCount: number;
  /** Bit set: the row has a value; null when every row has. */
  readonly validity: Uint8Array | null;
  /** Fixed-width values, bits of bool, codes of text with a dictionary; null for plain text. */
  readonly values: ArrayBufferView | null;
  readonly offsets?: Int32Array;
  readonly data?: Uint8Array;
  /** One object for one dictionary within a query. */
  readonly dictionary?: RawDictionary;
}

export interface RawBatch {
  readonly rows: number;
  readonly columns: readonly RawColumn[];
}

/** What a query or one of its pipelines has done; times in nanoseconds, sizes in bytes. */
export interface PipelineStatistics {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly morsels: number;
  readonly tasks: number;
  /** From start to end. */
  readonly nanos: number;
  /** Summed over threads. */
  readonly busyNanos: number;
  readonly bytesRead: number;
  readonly spillBytes: number;
}

export interface QueryStatistics {
  readonly rowsScanned: number;
  readonly bytesRead: number;
  readonly rowsDelivered: number;
  readonly pagesPruned: number;
  readonly groupsPruned: number;
  readonly morsels: number;
  /** Times the query had nothing to run although it had not ended: it waited for its reader or a feed. */
  readonly parked: number;
  readonly busyNanos: number;
  readonly lockWaits: number;
  readonly peakMemory: number;
  readonly spillBytes: number;
  readonly perPipeline: readonly PipelineStatistics[];
}

/** Validity, its bit offset, values or codes, their bit offset, text offsets, text bytes. */
export type FeedColumn = readonly [
  Uint8Array | null,
  number,
  ArrayBufferView | null,
  number,
  Int32Array | null,
  Uint8Array | null,
];

export interface Addon extends VtrAddon, NeighborsAddon, PreparedAddon, MatrixAddon, GraphAddon, AnnoyAddon {
  version(): string;
  isa(): string;
  startQuery(
    description: Uint8Array,
    handles: readonly unknown[],
    options: {
      readonly threads: number;
      readonly memory: number;
      readonly maxSpill: number;
      readonly tempDirectory: string;
      readonly batchRows: number;
      readonly forceSpill: boolean;
      readonly equalHashes: boolean;
      readonly morselPages: number;
    },
  ): NativeObject;
  queryNext(query: NativeObject): Promise<RawBatch | null>;
  cancelQuery(query: NativeObject): void;
  closeQuery(query: NativeObject): void;
  queryProgress(query: NativeObject): {
    readonly rows: number;
    readonly bytes: number;
    readonly fraction: number;
  };
  queryStatistics(query: NativeObject): QueryStatistics;
  closeHandle(handle: unknown): void;
  createFeed(typeIds: readonly number[]): NativeObject;
  pushFeed(feed: NativeObject, rows: number, columns: readonly FeedColumn[]): void;
  endFeed(feed: NativeObject): void;
  failFeed(
    feed: NativeObject,
    code: string,
    message: string,
    detail: readonly (readonly [string, string])[],
  ): void;
  stopFeed(feed: NativeObject): void;
  feedWants(feed: NativeObject): Promise<boolean>;
  evaluate(
    operation: string,
    constants: readonly (readonly [typeId: number, value: null | boolean | number | bigint | string])[],
    params: readonly number[],
    resultTypeId: number,
    label: string,
  ): null | boolean | number | bigint | string;
  operationNames(): string[];
  shardHash(
    keys: readonly (readonly [typeId: number, value: null | boolean | number | bigint | string])[],
    buckets: number,
  ): number;
  mergeFolds(
    name: string,
    typeIds: readonly number[],
    params: readonly number[],
    a: Uint8Array,
    b: Uint8Array,
  ): Uint8Array;
  updateFold(
    name: string,
    typeIds: readonly number[],
    params: readonly number[],
    state: Uint8Array,
    firstRow: number,
    rows: number,
    columns: readonly FeedColumn[],
  ): Uint8Array;
  configure(settings: {
    readonly threads: number;
    readonly memory: number;
    readonly tempDirectory: string;
    readonly maxSpill: number;
  }): void;
  machine(): {
    readonly isa: string;
    readonly threads: number;
    readonly memory: number;
    readonly tempDirectory: string;
    readonly availableThreads: number;
    readonly availableMemory: number;
  };
  poolCounters(): {
    readonly threads: number;
    readonly pieces: number;
    readonly handouts: number;
    readonly empty: number;
    readonly lockWaits: number;
    readonly wakes: number;
    readonly idleNanos: number;
    readonly memoryUsed: number;
  };
  sweepSpillFolders(directory: string): number;
  makeSpillFolder(directory: string): string;
  clearSpillFolder(folder: string): void;
}

function isAddon(loaded: unknown): loaded is Addon {
  return typeof loaded === 'object' && loaded !== null && 'startQuery' in loaded;
}

/** The addon, loaded when first asked for. @throws EngineError `native` */
export function addon(): Addon {
  const loaded = loadAddon();
  assert(isAddon(loaded), 'the native binary has another interface than this version expects');
  return loaded;
}
