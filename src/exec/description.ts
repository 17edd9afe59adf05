/** A query as the native engine is told of it: pipelines of source, program and sink, as plain data. */
import type { RowRange } from '../data/doors.js';
import type { MetricName } from '../data/metric.js';
import type { DataType } from '../data/types.js';
import type { LiteralValue } from '../data/literal.js';

/** Numbers shared with `native/engine/description.h`: append only. */
export const compareIds = {
  eq: 0,
  ne: 1,
  lt: 2,
  le: 3,
  gt: 4,
  ge: 5,
  in: 6,
  isNull: 7,
  isNotNull: 8,
  startsWith: 9,
} as const;

export const sinkKinds = {
  batches: 0,
  collect: 1,
  aggregate: 2,
  sort: 3,
  writeVtr: 4,
  materialise: 5,
  fold: 6,
  writeShards: 7,
  neighbors: 8,
} as const;

export interface Constant {
  readonly type: DataType;
  readonly value: LiteralValue;
}

export interface ZonePredicate {
  /** Position in the source description's `columns`. */
  readonly column: number;
  readonly compare: keyof typeof compareIds;
  readonly constants: readonly Constant[];
}

export interface SourceDescription {
  readonly kind: 'scan' | 'pipeline';
  /** Which of the handles given, or whose sink's result. */
  readonly index: number;
  /** Positions in the scan or result, in the order of the program's inputs. */
  readonly columns: readonly number[];
  readonly predicates: readonly ZonePredicate[];
  /** Scan: only these rows of the source, counted from 0; all when absent. */
  readonly rows?: RowRange | undefined;
  /** Each over the columns that the one before gives. */
  readonly joins?: readonly NeighborJoinDescription[] | undefined;
}

/**
 * A join with the nearest rows of an earlier pipeline, whose sink is `neighbors`, or with what an Annoy file finds. Out come
 * what the program carries, then rank (int32), distance (float64), an Annoy file's number of the neighbour (int32), and
 * columns of the reference.
 */
export interface NeighborJoinDescription {
  /** Undefined: an Annoy file's rows alone. */
  readonly reference: number | undefined;
  /** Outputs: coordinates (float64) and keys as the reference's sink has them, then the columns carried. */
  readonly program: ProgramDescription;
  /** Positions among what the reference's sink gets behind coordinates and keys. */
  readonly columns: readonly number[];
  /** The reference's sink gets no coordinates then, and no keys. */
  readonly annoy?: AnnoyJoinDescription | undefined;
}

/** What an Annoy file is searched for. */
export interface AnnoyJoinDescription {
  /** Which of the handles given is the file. */
  readonly handle: number;
  readonly coordinates: number;
  readonly k: number;
  /** 0 for as many as Annoy would collect. */
  readonly searchK: number;
  readonly skipMissing: boolean;
  readonly excludeSelf: boolean;
  /** Estimated, for one query. */
  readonly querySeconds: number;
}

export interface Instruction {
  readonly operation: string;
  readonly result: DataType;
  readonly args: readonly number[];
  readonly params: readonly number[];
  /** How errors name it: `delay + 1`. */
  readonly label: string;
}

/** Registers: first the inputs, then the constants, then one per instruction. */
export interface ProgramDescription {
  readonly inputs: readonly DataType[];
  readonly constants: readonly Constant[];
  readonly instructions: readonly Instruction[];
  readonly outputs: readonly number[];
}

export interface AggregateDescription {
  readonly name: string;
  /** Positions among the program's outputs. */
  readonly args: readonly number[];
  readonly params: readonly number[];
  readonly distinct: boolean;
  readonly result: DataType;
}

export interface SortKeyDescription {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A running summary of all rows, delivered as the bytes of its state. */
export interface FoldDescription {
  readonly name: string;
  /** Positions among the program's outputs. */
  readonly args: readonly number[];
  readonly params: readonly number[];
  /** A saved state to go on from; empty for none. */
  readonly initial: Uint8Array;
}

/** Numbers shared with `native/engine/description.h`: append only. */
export const shardMethods = { level: 0, bounds: 1, hash: 2 } as const;

/** How rows find their shard: by the first `keyCount` outputs. */
export interface ShardDescription {
  readonly method: keyof typeof shardMethods;
  readonly buckets: number;
  /** Strictly ascending values of the key's type. */
  readonly bounds: readonly Constant[];
}

/** What the rows of a reference are searched for, and how. The sink's first outputs are coordinates, then keys. */
export interface NeighborDescription {
  /** All float64, or all float32; 0: rows are kept to be looked up by number, not searched. */
  readonly coordinates: number;
  readonly keys: number;
  readonly matchNulls: boolean;
  readonly metric: MetricName;
  readonly p: number;
  /** 0 for all within the radius. */
  readonly k: number;
  /** `Infinity` for none. */
  readonly radius: number;
  readonly skipMissing: boolean;
  readonly excludeSelf: boolean;
  /** Empty: chosen by cost. */
  readonly method: string;
  /** 0 when not known. */
  readonly expectedQueries: number;
}

export interface SinkDescription {
  readonly kind: keyof typeof sinkKinds;
  /** Rows wanted, −1 for all. */
  readonly limit: number;
  readonly offset: number;
  /** Aggregate: so many of the first outputs are keys. */
  readonly keyCount: number;
  readonly aggregates: readonly AggregateDescription[];
  readonly orderBlind: boolean;
  readonly sortKeys: readonly SortKeyDescription[];
  /** Sort: so many of the first keys form groups, of which `groupLimit` rows each are kept; −1 for all. */
  readonly groupColumns: number;
  readonly groupLimit: number;
  /** WriteVtr, WriteShards: which of the handles given is the writer. */
  readonly handle: number;
  readonly folds: readonly FoldDescription[];
  readonly shards: ShardDescription;
  readonly neighbors: NeighborDescription;
}

export interface PipelineDescription {
  readonly source: SourceDescription;
  readonly program: ProgramDescription;
  readonly sink: SinkDescription;
}

export interface QueryDescription {
  readonly pipelines: readonly PipelineDescription[];
}

const plainSink: SinkDescription = Object.freeze({
  kind: 'batches',
  limit: -1,
  offset: 0,
  keyCount: 0,
  aggregates: [],
  orderBlind: false,
  sortKeys: [],
  groupColumns: 0,
  groupLimit: -1,
  handle: 0,
  folds: [],
  shards: { method: 'level' as const, buckets: 0, bounds: [] },
  neighbors: keptRows(false),
});

/** Rows kept by number alone; `numbered`: known by the numbers of their source, too. */
export function keptRows(numbered: boolean): NeighborDescription {
  return {
    coordinates: 0,
    keys: 0,
    matchNulls: false,
    metric: 'euclidean',
    p: 2,
    k: 0,
    radius: 0,
    skipMissing: false,
    excludeSelf: numbered,
    method: '',
    expectedQueries: 0,
  };
}

/** A sink of the kind, with everything it does not say left at rest. */
export function sinkOf(
  kind: SinkDescription['kind'],
  facts: Partial<Omit<SinkDescription, 'kind'>> = {},
): SinkDescription {
  return Object.freeze({ ...plainSink, kind, ...facts });
}
