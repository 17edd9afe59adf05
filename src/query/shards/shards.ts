/** The types of shards: a query's rows on disk, apart by key, and what can be done with each part. */
import type { Schema } from '../../data/schema.js';
import type { Table } from '../../data/table.js';
import type { RunOptions } from '../../exec/run-options.js';
import type { ShardMethod } from '../../storage/shards/shard-layout.js';
import type { WriteVtrOptions } from '../../storage/vtr/vtr-sink.js';
import type { ExplainOptions, FoldTerminals } from '../fold-terminals.js';
import type { Name, OutRow, PlainRow } from '../row-types.js';
import type { ColumnRecord, RowOfColumns } from '../column-record.js';

export type { ShardMethod } from '../../storage/shards/shard-layout.js';

/** Options of `offload({ by })`. */
export interface ShardOptions<K extends string, M extends ShardMethod | 'auto' = 'level'> extends RunOptions {
  /** The key: one column or several. */
  readonly by: K | readonly [K, ...K[]];
  /**
   * `level` (default): a shard per key. `range`: shards of equal width from the least to the greatest finite key.
   * `quantile`: shards of about equally many rows. `hash`: shards by a hash of the key. `auto`: `level` for text, bool,
   * several columns and few different keys (1,000), `quantile` for many numbers, dates or timestamps, `hash` for more than
   * 100,000 different texts.
   */
  readonly method?: M;
  /** How many shards, for every method but `level`; by default so many that a quarter of `memory` holds one. */
  readonly n?: number;
  /** A folder that keeps the shards; without it they are temporary. */
  readonly path?: string;
  readonly compression?: WriteVtrOptions['compression'];
  /** `full` (default with `path`): on the disk before it is complete. */
  readonly durability?: WriteVtrOptions['durability'];
}

/** Keys from `from` up to, not including, `to`; null where there is no limit. */
export interface KeyInterval<V> {
  readonly from: V | null;
  readonly to: V | null;
}

/** The key of a shard: values, intervals or the number of a bucket, by method. */
export type ShardKey<Row, K extends keyof Row, M extends ShardMethod | 'auto'> = M extends 'level'
  ? { readonly [P in K]: Row[P] }
  : M extends 'range' | 'quantile'
    ? { readonly [P in K]: KeyInterval<NonNullable<Row[P]>> | Extract<Row[P], null> }
    : M extends 'hash'
      ? { readonly bucket: number | null }
      : ShardKey<Row, K, 'level' | 'quantile' | 'hash'>;

/** One part of the rows. */
export interface ShardOf<Key, Q> {
  readonly key: Key;
  readonly rows: number;
  /** Its rows, in the order that they came in. */
  readonly query: Q;
}

/** What a callback gave for each shard, in the order of keys. */
export interface GroupResults<Key, R> extends ReadonlyArray<{ readonly key: Key; readonly value: R }> {
  /** The value for a key; undefined if there is no such shard. */
  get(key: Key): R | undefined;
}

/** Options of `groupMap` and `groupModify`. */
export interface GroupOptions extends RunOptions {
  /** How many callbacks may be waited for at the same time, 1 by default. */
  readonly concurrency?: number;
}

/** A callback over the rows of a shard in memory. */
export type OverTable<Row extends object, Key, R> = (
  table: Table<Row>,
  key: Key,
  signal?: AbortSignal,
) => R | Promise<R>;

/** A callback over the query of a shard. */
export type OverQuery<Key, R, Q> = (query: Q, key: Key, signal?: AbortSignal) => R | Promise<R>;

type Rows<Row> = readonly Row[];

/** What `groupModify` takes of a callback: a table, rows, or a record of columns. */
export type GroupRows = Table<object> | readonly object[] | ColumnRecord;

type RowOf<R> =
  R extends Table<infer Row>
    ? Row
    : R extends Rows<infer Row>
      ? Row
      : R extends ColumnRecord
        ? RowOfColumns<R>
        : never;

/** The rows of `groupModify`: the key columns first where shards have one key each, then what callbacks gave. */
export type ModifiedRow<Row, K extends keyof Row, M, R> = [M] extends ['level']
  ? { [P in K | keyof RowOf<R>]: P extends K ? Row[P] : P extends keyof RowOf<R> ? RowOf<R>[P] : never }
  : RowOf<R>;

/** What `verify` found to be as it was written. */
export interface VerifiedShards {
  readonly shards: number;
  readonly rows: number;
  /** Bytes of pages read. */
  readonly bytes: number;
}

/**
 * What shards are, whatever the type of their queries; `Shards` of `query.ts` says the rest. It is not named there, since
 * queries give shards and shards give queries.
 */
export interface ShardsOf<Row extends object, K extends Name<Row>, M extends ShardMethod | 'auto', Q>
  extends Iterable<ShardOf<ShardKey<Row, K, M>, Q>>, FoldTerminals<Row> {
  /** Number of shards. */
  readonly length: number;
  /** Rows of all shards. */
  readonly rows: number;
  /** Bytes on disk. */
  readonly bytes: number;
  readonly schema: Schema;
  readonly by: readonly K[];
  /** The method in use; what `auto` picked. */
  readonly method: ShardMethod;
  /** The folder. */
  readonly path: string;

  /**
   * The shard of a key: of an object as `key` is, or of a value where the key is one column. Under `range` and `quantile` a
   * value finds the shard that it lies in. Undefined if there is none.
   *
   * @example byOrigin.get('SFO')?.rows
   */
  get(key: ShardKey<Row, K, M> | Row[K]): ShardOf<ShardKey<Row, K, M>, Q> | undefined;

  /**
   * Calls `fn` with the rows of each shard in memory, and its key. Small shards are read many at a time, so that many keys
   * do not cost as many passes; the order of calls is not specified, the results are in the order of keys.
   *
   * With `{ as: 'query' }` the callback gets the query of the shard instead, and nothing is read beforehand.
   *
   * @throws EngineError `memory` for a shard that does not fit, naming it; what `fn` throws, as the cause of an error that
   *   names the shard; `cancelled`
   * @example const fits = await byOrigin.groupMap((t) => t.column('delay').values.length)
   */
  groupMap<R>(
    fn: OverTable<PlainRow<Row>, ShardKey<Row, K, M>, R>,
    options?: GroupOptions & { readonly as?: 'table'; readonly int64?: 'number'; readonly dates?: 'date' },
  ): Promise<GroupResults<ShardKey<Row, K, M>, R>>;
  groupMap<R>(
    fn: OverQuery<ShardKey<Row, K, M>, R, Q>,
    options: GroupOptions & { readonly as: 'query' },
  ): Promise<GroupResults<ShardKey<Row, K, M>, R>>;
  groupMap<R, const O extends GroupOptions>(
    fn: OverTable<OutRow<Row, O>, ShardKey<Row, K, M>, R>,
    options: O & { readonly as?: 'table' },
  ): Promise<GroupResults<ShardKey<Row, K, M>, R>>;

  /**
   * One table of what `fn` gives for each shard: a table, rows or a record of columns. Under `level` the key columns come
   * first, in their type; `fn` may repeat them, not change them.
   *
   * @throws EngineError as `groupMap`; `data` where results do not fit together, naming the shard
   * @example await byOrigin.groupModify((t) => [{ flights: t.numRows }])
   */
  groupModify<R extends GroupRows>(
    fn: OverTable<PlainRow<Row>, ShardKey<Row, K, M>, R>,
    options?: GroupOptions & { readonly int64?: 'number'; readonly dates?: 'date' },
  ): Promise<Table<ModifiedRow<Row, K, M, R>>>;

  /**
   * The plan of all rows with what it costs; with `fold`, how it is folded over the shards, and why.
   *
   * @example console.log(await byOrigin.explain({ fold: folds.count() }))
   */
  explain(options?: ExplainOptions<Row>): Promise<string>;

  /**
   * Reads everything and compares it with what was written.
   *
   * @throws EngineError `format` naming the damaged shards and the file
   */
  verify(options?: RunOptions): Promise<VerifiedShards>;

  /**
   * Closes the file, and removes temporary shards: queries that run go on, later ones fail with code `argument`. Without it
   * they go when nothing refers to them any more, or when the process ends. Shards with a `path` stay.
   */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;

  /** Keys, rows and bytes as a table, and what reading costs. */
  toString(): string;
}
