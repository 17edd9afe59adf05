/** What the joins with nearest rows take, and what their rows look like. */
import type { Metric } from '../data/metric.js';
import type { Name } from './row-types.js';

/** Names of columns that hold numbers; of an untyped row any name, checked when the plan is built. */
export type NumericName<Row> = {
  [K in Name<Row>]: unknown extends Row[K] ? K : [NonNullable<Row[K]>] extends [number | bigint] ? K : never;
}[Name<Row>];

type OneOrMore<T> = T | readonly T[];

/** The coordinates: columns of the same names on both sides, or `{ left: ['x', 'y'], right: ['lon', 'lat'] }`. */
export type JoinOn<Row, Right> =
  | OneOrMore<NumericName<Row> & NumericName<Right>>
  | { readonly left: OneOrMore<NumericName<Row>>; readonly right: OneOrMore<NumericName<Right>> };

/** Keys: columns of the same names on both sides, or `{ left: 'right' }`. */
export type JoinBy<Row, Right> =
  OneOrMore<Name<Row> & Name<Right>> | { readonly [K in Name<Row>]?: Name<Right> };

/** Options of `radiusJoin`, and of `knnJoin` besides `k`. */
export interface NeighborJoinOptions<
  Row,
  Right,
  Rank extends string,
  Distance extends string,
  Suffix extends string,
> {
  readonly on: JoinOn<Row, Right>;
  /** `euclidean` by default. */
  readonly metric?: Metric;
  /** Only rows equal in these are compared. */
  readonly by?: JoinBy<Row, Right>;
  /** Whether null equals null in `by`; `never` by default: such rows have no neighbours and are none. */
  readonly nulls?: 'match' | 'never';
  /**
   * Whether a row leaves itself out, by identity: equal rows are kept. Only where both sides are the same query, or choose
   * from one `.vtr` file. By default it does when both sides are the same query.
   */
  readonly excludeSelf?: boolean;
  /** A row with a null, NaN or infinite coordinate is an error that names it, or left out on its side. */
  readonly missing?: 'error' | 'skip';
  /** The way to search, for measurements; by default the cheapest. */
  readonly method?: string;
  /** Behind names of the reference's columns that are taken; `_right` by default. */
  readonly suffix?: Suffix;
  /** Name of the column that counts neighbours from 1; `rank` by default. */
  readonly rank?: Rank;
  /** Name of the distances' column; `distance` by default. */
  readonly distance?: Distance;
}

/** Options of `knnJoin`. */
export interface KnnJoinOptions<
  Row,
  Right,
  Rank extends string,
  Distance extends string,
  Suffix extends string,
> extends NeighborJoinOptions<Row, Right, Rank, Distance, Suffix> {
  /** How many neighbours at most. */
  readonly k: number;
  /** How far they may be, inclusive. */
  readonly radius?: number;
}

/** Options of `radiusJoin`. */
export interface RadiusJoinOptions<
  Row,
  Right,
  Rank extends string,
  Distance extends string,
  Suffix extends string,
> extends NeighborJoinOptions<Row, Right, Rank, Distance, Suffix> {
  /** How far neighbours may be, inclusive. */
  readonly radius: number;
}

/** Options of `annoyJoin`. */
export interface AnnoyJoinOptions<
  Row,
  Reference,
  Rank extends string,
  Distance extends string,
  Index extends string,
  Suffix extends string,
> {
  /** The coordinates: columns of the query, one for each dimension of the index, in its order. */
  readonly on: OneOrMore<NumericName<Row>>;
  /** How many neighbours at most. */
  readonly k: number;
  /** Candidates to collect for each row, of which the nearest `k` are told; −1, the usual: `k` for each tree. */
  readonly searchK?: number;
  /** The rows that the index was built from, in their order, for their columns. */
  readonly reference?: Reference;
  /**
   * Whether a row leaves itself out, by identity: equal rows are kept. With a `reference`, as in `knnJoin`, and by default where
   * it is the same query; without, when asked for, where rows come from a `.vtr` file whose rows are the items.
   */
  readonly excludeSelf?: boolean;
  /** A row with a coordinate that is null, not finite or beyond float32 is an error that names it, or left out. */
  readonly missing?: 'error' | 'skip';
  /** Behind names of the reference's columns that are taken; `_right` by default. */
  readonly suffix?: Suffix;
  /** Name of the column that counts neighbours from 1; `rank` by default. */
  readonly rank?: Rank;
  /** Name of the distances' column; `distance` by default. */
  readonly distance?: Distance;
  /** Name of the column with the neighbours' numbers; `index` by default. */
  readonly index?: Index;
}

type RightName<Right, Taken, Suffix extends string> = {
  [K in Name<Right>]: K extends Taken ? `${K}${Suffix}` : K;
}[Name<Right>];

type RightValue<Right, K, Suffix extends string> = K extends keyof Right
  ? Right[K]
  : K extends `${infer Base}${Suffix}`
    ? Base extends keyof Right
      ? Right[Base]
      : never
    : never;

/** A row, its neighbour's rank and distance, and the neighbour's columns. */
export type NeighborRow<Row, Right, Rank extends string, Distance extends string, Suffix extends string> = {
  [
    K in keyof Row | Rank | Distance | RightName<Right, keyof Row | Rank | Distance, Suffix>
  ]: K extends keyof Row ? Row[K] : K extends Rank | Distance ? number : RightValue<Right, K, Suffix>;
};
