/** The type of a query: its verbs, each giving a new query whose row type follows from what was asked. */
import type { VectorIndex } from '../data/doors.js';
import type {
  AnnoyJoinOptions,
  KnnJoinOptions,
  NeighborRow,
  RadiusJoinOptions,
} from './neighbor-join-options.js';
import type { OffloadOptions, OffloadedFile } from './offload-options.js';
import type {
  Condition,
  EntryName,
  EntryValue,
  GroupEntries,
  GroupPairs,
  GroupResult,
  IsGrouped,
  Name,
  RowEntries,
  RowPairs,
  RowResult,
  SortKey,
} from './row-types.js';
import type { ShardKey, ShardMethod, ShardOf, ShardOptions, ShardsOf } from './shards/shards.js';
import type { Terminals } from './terminals.js';

/** Grouping for one verb. */
export interface ByOption<B extends string> {
  readonly by?: B | readonly B[];
}

/** Where `relocate` moves columns to; the front by default. */
export interface RelocateOptions<K extends string> {
  readonly before?: K;
  readonly after?: K;
}

/** Options of `count` and `tally`. */
export interface CountOptions<N extends string> {
  /** Name of the new column, `n` by default. */
  readonly name?: N;
  /** Greatest first. */
  readonly sort?: boolean;
}

/**
 * A question about rows of type `Row`, grouped by the columns `Groups` if there are any. A query is a value: it never
 * changes, nothing runs before a terminal (`collect`, `rows`, `for await` …), and it can be used any number of times.
 *
 * Each verb throws an EngineError where it is written: `plan` for an unknown column (with near names), a name given
 * twice, or an expression that was built but not used; `type` for operands that do not fit.
 *
 * @example
 * const worst = await tbl<Flight>('flights.vtr')
 *   .filter(r => r.distance.gt(500))
 *   .groupBy('origin')
 *   .summarise({ flights: n(), delay: mean('delay') })
 *   .arrange(desc('delay'))
 *   .head(10)
 *   .collect()
 */
export interface Query<Row extends object, Groups extends keyof Row = never> extends Terminals<Row> {
  /** Rows for which all conditions are true (not false, not null). @example q.filter(r => r.delay.gt(15)) */
  filter(...conditions: readonly Condition<Row>[]): Query<Row, Groups>;

  /** Rows without a null in the columns named, or in any. @example q.dropNull('delay') */
  dropNull<K extends Name<Row> = Name<Row>>(
    ...columns: readonly K[]
  ): Query<{ [P in keyof Row]: P extends K ? NonNullable<Row[P]> : Row[P] }, Groups>;

  /** Only these columns, in this order; group keys stay, in front. @example q.select('origin', 'delay') */
  select<K extends Name<Row>>(...columns: readonly K[]): Query<{ [P in K | Groups]: Row[P] }, Groups>;

  /** Columns under new names, `{ new: 'old' }`, in their place. @example q.rename({ miles: 'distance' }) */
  rename<const M extends Readonly<Record<string, Name<Row>>>>(
    names: M,
  ): Query<
    {
      [P in Exclude<keyof Row, M[keyof M]> | keyof M]: P extends keyof M
        ? Row[M[P]]
        : P extends keyof Row
          ? Row[P]
          : never;
    },
    Exclude<Groups, M[keyof M]> | { [P in keyof M]: M[P] extends Groups ? P : never }[keyof M]
  >;

  /** The same columns with some moved, to the front by default. @example q.relocate('delay', { after: 'origin' }) */
  relocate(...columns: readonly [Name<Row>, ...Name<Row>[]]): Query<Row, Groups>;
  relocate(...columns: readonly [Name<Row>, ...Name<Row>[], RelocateOptions<Name<Row>>]): Query<Row, Groups>;

  /**
   * All columns and new ones; one of the same name is replaced in its place. All entries see the input row, so a value
   * made here can be used in the next call. Names that look like integers are given as pairs.
   *
   * @throws EngineError `unsupported` for an aggregate, which would be a window
   * @example q.mutate({ hours: r => r.delay.div(60), checked: true })
   * @example q.mutate([['1', r => r.delay.div(60)], col('distance').mul(1.609).as('km')])
   */
  mutate<const X extends RowEntries<Row> | RowPairs<Row>>(
    entries: X,
  ): Query<
    {
      [K in keyof Row | EntryName<X>]: K extends EntryName<X>
        ? RowResult<EntryValue<X, K>>
        : K extends keyof Row
          ? Row[K]
          : never;
    },
    Groups
  >;

  /** Only the new columns (and the group keys). @example q.transmute({ route: r => r.origin.concat('-', r.destination) }) */
  transmute<const X extends RowEntries<Row> | RowPairs<Row>>(
    entries: X,
  ): Query<
    {
      [K in Groups | EntryName<X>]: K extends EntryName<X>
        ? RowResult<EntryValue<X, K>>
        : K extends keyof Row
          ? Row[K]
          : never;
    },
    Groups
  >;

  /**
   * The same rows; `summarise`, `count`, `tally` and the slices that follow work per group of rows equal in these columns
   * (null is a group, −0 is 0). Replaces an earlier grouping.
   *
   * @example q.groupBy('origin').summarise({ delay: mean('delay') })
   */
  groupBy<K extends Name<Row>>(...keys: readonly K[]): Query<Row, K>;

  /** The same rows without groups. */
  ungroup(): Query<Row>;

  /**
   * One row per group: the keys, then the new columns, each an expression of aggregates, keys and literals. Without groups
   * one row for all, also when there are none. The result is not grouped; the order of groups is unspecified.
   *
   * @example q.summarise({ flights: n(), delay: mean('delay') }, { by: 'origin' })
   * @example q.groupBy('origin').summarise({ share: r => sum(r.delay.gt(15).cast('int32')).div(n()) })
   */
  summarise<const X extends GroupEntries<Row> | GroupPairs<Row>, B extends Name<Row> = never>(
    entries: X,
    options?: ByOption<B>,
  ): Query<{
    [K in Groups | B | EntryName<X>]: K extends EntryName<X>
      ? GroupResult<EntryValue<X, K>, Row, IsGrouped<Groups | B>>
      : K extends keyof Row
        ? Row[K]
        : never;
  }>;

  /** The same as `summarise`. */
  summarize: Query<Row, Groups>['summarise'];

  /** Number of rows per different values of these columns, within the groups. @example q.count('origin', 'destination') */
  count<K extends Name<Row> = never>(
    ...columns: readonly K[]
  ): Query<{ [P in K | Groups | 'n']: P extends K | Groups ? Row[P] : number }>;
  count<K extends Name<Row> = never, const N extends string = 'n'>(
    columns: K | readonly K[],
    options: CountOptions<N>,
  ): Query<{ [P in K | Groups | N]: P extends K | Groups ? Row[P] : number }>;

  /** Number of rows per group, or of all. @example q.groupBy('origin').tally() */
  tally<const N extends string = 'n'>(
    options?: CountOptions<N>,
  ): Query<{ [P in Groups | N]: P extends Groups ? Row[P] : number }>;

  /** Different rows; of only these columns (and the group keys) if some are named. @example q.distinct('origin') */
  distinct<K extends Name<Row> = Name<Row>>(
    ...columns: readonly K[]
  ): Query<{ [P in K | Groups]: Row[P] }, Groups>;

  /** Rows in the order of the keys; stable, nulls last in either direction. @example q.arrange(desc('delay'), 'origin') */
  arrange(...keys: readonly [SortKey<Row>, ...SortKey<Row>[]]): Query<Row, Groups>;

  /** The first `count` rows of all (10), groups or not. @example q.arrange(desc('delay')).head(5) */
  head(count?: number): Query<Row, Groups>;

  /** The first `count` rows of each group, or of all. @example q.groupBy('origin').sliceHead(1) */
  sliceHead(count: number, options?: ByOption<Name<Row>>): Query<Row, Groups>;

  /**
   * The `count` rows least in a key, of each group or of all, in the order of the key; ties go to the earlier row, nulls
   * come last.
   *
   * @example q.sliceMin('delay', 3, { by: 'origin' })
   */
  sliceMin(key: SortKey<Row>, count: number, options?: ByOption<Name<Row>>): Query<Row, Groups>;

  /** The `count` rows greatest in a key, of each group or of all; else as `sliceMin`. @example q.sliceMax('delay', 10) */
  sliceMax(key: SortKey<Row>, count: number, options?: ByOption<Name<Row>>): Query<Row, Groups>;

  /**
   * Each row with the `k` rows of `reference` nearest to it: its own columns, `rank` (from 1, the nearest), `distance`, and
   * the neighbour's columns, those of names already taken with `_right` behind them. Exact: ties go to the row that comes
   * first in `reference`. Rows come in their order, each one's neighbours nearest first; rows without neighbours are left
   * out, and `radius` cuts off what is farther. Filters on `reference` come first, so a filtered search is exact, too.
   *
   * Cost: `reference` is read first and its coordinates are held in memory (8 bytes each, 4 for float32 and small
   * integers), its other columns while they fit, else on disk. Rows of this query stream through, in parallel.
   *
   * @throws EngineError `data` for a null or non-finite coordinate (naming the row) unless `missing: 'skip'`; `memory` when
   *   the coordinates of `reference` do not fit
   * @example shops.knnJoin(stations, { on: ['x', 'y'], k: 3 })
   * @example shops.knnJoin(stations, { on: { left: ['lat', 'lon'], right: ['y', 'x'] }, k: 1, metric: 'haversine', by: 'city' })
   */
  knnJoin<
    R extends object,
    G extends keyof R,
    const Rank extends string = 'rank',
    const Distance extends string = 'distance',
    const Suffix extends string = '_right',
  >(
    reference: Query<R, G>,
    options: KnnJoinOptions<Row, R, Rank, Distance, Suffix>,
  ): Query<NeighborRow<Row, R, Rank, Distance, Suffix>, Groups>;

  /**
   * Each row with all rows of `reference` at most `radius` away (inclusive), nearest first; else as `knnJoin`.
   *
   * @example shops.radiusJoin(stations, { on: ['lat', 'lon'], radius: 500, metric: 'haversine' })
   */
  radiusJoin<
    R extends object,
    G extends keyof R,
    const Rank extends string = 'rank',
    const Distance extends string = 'distance',
    const Suffix extends string = '_right',
  >(
    reference: Query<R, G>,
    options: RadiusJoinOptions<Row, R, Rank, Distance, Suffix>,
  ): Query<NeighborRow<Row, R, Rank, Distance, Suffix>, Groups>;

  /**
   * Each row with up to `k` items of an Annoy index near it, found approximately: its own columns, `rank` (from 1, the
   * nearest), `distance` as the index measures it (the product under `dot`, the largest first), `index`, the item's number
   * from 0, and with `reference`, the rows that the index was built from, in their order, the neighbour's columns, those of
   * names already taken with `_right` behind them. The answers of `index.search` for the same rows and `searchK`. Rows come in
   * their order; rows for which nothing is found are left out.
   *
   * Approximate search is only ever done by this verb and by `index.search`; `knnJoin` is exact, and cheaper where there are
   * few items: `explain()` says so. Conditions on `index` or on columns of `reference` come after the search, and so may leave
   * fewer than `k`.
   *
   * Cost: about `searchK` distances for each row; `reference` is read first and held while it fits, else on disk. Rows of
   * this query stream through, in parallel.
   *
   * @throws EngineError `argument` for other than one column for each dimension, and when it runs, for a `reference` of other
   *   than the index's number of rows; `data` for a coordinate that is null, not finite or beyond float32 (naming the row)
   *   unless `missing: 'skip'`; `changed` and `format` for an index file that was changed or is damaged
   * @example shops.annoyJoin(index, { on: ['x', 'y'], k: 3, searchK: 1000, reference: stations })
   */
  annoyJoin<
    R extends object = object,
    G extends keyof R = never,
    const Rank extends string = 'rank',
    const Distance extends string = 'distance',
    const Index extends string = 'index',
    const Suffix extends string = '_right',
  >(
    index: VectorIndex,
    options: AnnoyJoinOptions<Row, Query<R, G>, Rank, Distance, Index, Suffix>,
  ): Query<NeighborRow<Row, R, Rank | Index, Distance, Suffix>, Groups>;

  /**
   * Shards: runs the query once and writes its rows apart by key, so that each part can be read without the others.
   * Temporary without `path`, as below; with `path`, a folder for `openShards`, which replaces shards that were there when
   * it is whole, and is recognised as interrupted if it is not.
   *
   * Cost: one pass over the query and writing, within `memory`; `range` takes one more pass over the key, `quantile` a sort
   * or a sample of it, `auto` a count of its values. A grouping is not kept.
   *
   * @throws EngineError `type` for a key that a method cannot order, `limit` for more than 1,048,576 shards, and as below
   * @example
   * await using byOrigin = await flights.offload({ by: 'origin' })
   * const sizes = await byOrigin.groupMap((table, key) => `${key.origin}: ${table.numRows}`)
   * @example const kept = await flights.offload({ by: ['origin', 'date'], path: 'by-origin-and-date' })
   */
  offload<const K extends Name<Row>, const M extends ShardMethod | 'auto' = 'level'>(
    options: ShardOptions<K, M>,
  ): Promise<Shards<Row, K, M>>;

  /**
   * The replay cache: runs the query into a `.vtr` file and gives a query over it, with the same rows, types, order and
   * grouping. What follows reads the file, however costly the query was; worth it when the rows are needed several times.
   *
   * Temporary without `path`: the file goes on `release()`, at the end of an `await using` block, when nothing refers to
   * it any more, and at the end of the process. With `path` it is kept, and replaces a file of that name when it is whole.
   * Cost: one pass over the query, and writing. Each later query: one pass over what it needs of the file.
   *
   * @throws EngineError `io`, `no-space`, `locked`, and as `collect`; nothing is left behind then
   * @example
   * await using late = await flights.filter(r => r.delay.gt(60)).offload()
   * for (const origin of await late.distinct('origin').pull('origin')) …
   * @example const kept = await flights.arrange('date').offload({ path: 'by-date.vtr' })
   */
  offload(options?: OffloadOptions): Promise<Offloaded<Row, Groups>>;
}

/** A query whose rows are in a file: what `offload` gives. Its verbs give queries that keep a temporary file in place. */
export type Offloaded<Row extends object, Groups extends keyof Row = never> = Query<Row, Groups> &
  OffloadedFile;

/**
 * A query's rows, written to disk once and apart by key: each shard can be read without the others. Every row is in
 * exactly one shard, and rows of a shard keep their order.
 *
 * Nulls have a shard of their own, NaN is a key like others, −0 is 0. Under `range` and `quantile`, −Infinity is in the
 * first shard, +Infinity and NaN in the last. No shard is empty.
 *
 * @example
 * await using byOrigin = await flights.offload({ by: 'origin' })
 * for (const { key, rows } of byOrigin) console.log(key.origin, rows)
 */
export interface Shards<
  Row extends object,
  K extends Name<Row>,
  M extends ShardMethod | 'auto' = 'level',
> extends ShardsOf<Row, K, M, Query<Row>> {
  /** All rows, shard after shard. Conditions on the key skip the shards that cannot meet them. */
  query(): Query<Row>;
}

/** One part of the rows: its key, their number, and the query of them in the order that they came in. */
export type Shard<
  Row extends object,
  K extends Name<Row>,
  M extends ShardMethod | 'auto' = 'level',
> = ShardOf<ShardKey<Row, K, M>, Query<Row>>;
