/** The logical plan: frozen nodes `{ kind, …args, inputs, schema }`. One file per kind builds and checks them. */
import type { RowRange, Source, VectorIndex } from '../data/doors.js';
import type { KnownMetric } from '../data/metric.js';
import type { Schema } from '../data/schema.js';
import type { Expr } from '../expr/expr.js';

export interface NamedExpr {
  readonly name: string;
  readonly expr: Expr;
}

export interface OrderKey {
  readonly expr: Expr;
  readonly descending: boolean;
}

interface NodeBase {
  readonly inputs: readonly PlanNode[];
  readonly schema: Schema;
}

/** Rows of a source. `columns`: those read, in order; `predicates`: conjunction pushed down, may prune, never filters. */
export interface ScanNode extends NodeBase {
  readonly kind: 'scan';
  readonly source: Source;
  readonly columns: readonly string[];
  readonly predicates: readonly Expr[];
  /** Only these rows of the source; all when undefined. Only for sources that are `rangeable`. */
  readonly rows: RowRange | undefined;
}

export interface FilterNode extends NodeBase {
  readonly kind: 'filter';
  readonly predicate: Expr;
}

/** select, rename, relocate, mutate, transmute: the complete list of output columns. */
export interface ProjectNode extends NodeBase {
  readonly kind: 'project';
  readonly columns: readonly NamedExpr[];
}

/** One row per distinct key (all rows as one group without keys); output: the keys, then the aggregates. */
export interface AggregateNode extends NodeBase {
  readonly kind: 'aggregate';
  readonly keys: readonly string[];
  readonly aggregates: readonly NamedExpr[];
}

/** Stable; nulls last in either direction. */
export interface SortNode extends NodeBase {
  readonly kind: 'sort';
  readonly keys: readonly OrderKey[];
}

export interface LimitNode extends NodeBase {
  readonly kind: 'limit';
  readonly offset: number;
  readonly count: number;
}

/** The first `count` rows in the order of `keys`. Made by a rule from sort + limit, and by sliceMin / sliceMax. */
export interface TopNNode extends NodeBase {
  readonly kind: 'top-n';
  readonly keys: readonly OrderKey[];
  readonly offset: number;
  readonly count: number;
}

/** The first `count` rows of each group, in the order of `keys` (input order without keys). */
export interface SliceGroupsNode extends NodeBase {
  readonly kind: 'slice-groups';
  readonly groups: readonly string[];
  readonly keys: readonly OrderKey[];
  readonly count: number;
}

/** What both joins with nearest rows say of themselves. Inputs: the queries, the reference. */
export interface NeighborJoin extends NodeBase {
  /** The coordinates: columns of the queries and, in the same order, of the reference. */
  readonly on: { readonly left: readonly string[]; readonly right: readonly string[] };
  /** Only rows equal in these are compared. */
  readonly by: readonly { readonly left: string; readonly right: string }[];
  /** Whether null equals null in `by`; else a row with a null there has no neighbours and is none. */
  readonly nulls: 'match' | 'never';
  readonly metric: KnownMetric;
  /** Both inputs number the same rows; none is its own neighbour. */
  readonly excludeSelf: boolean;
  readonly missing: 'error' | 'skip';
  /** The way to search; chosen by cost when undefined. */
  readonly method: string | undefined;
  /** Names of the columns made here. */
  readonly rank: string;
  readonly distance: string;
  /** Columns of the reference that come out, and under which names. */
  readonly columns: readonly { readonly name: string; readonly source: string }[];
}

/** The `k` nearest rows of the reference for each query, at most `radius` away. */
export interface KnnJoinNode extends NeighborJoin {
  readonly kind: 'knn-join';
  readonly k: number;
  readonly radius: number | undefined;
}

/** All rows of the reference at most `radius` away, for each query. */
export interface RadiusJoinNode extends NeighborJoin {
  readonly kind: 'radius-join';
  readonly radius: number;
}

export type NeighborJoinNode = KnnJoinNode | RadiusJoinNode;

/**
 * Some of the nearest items of an index for each query, at most `k`. Inputs: the queries, and the rows that the index was
 * built from if their columns are wanted.
 */
export interface AnnoyJoinNode extends NodeBase {
  readonly kind: 'annoy-join';
  readonly searched: VectorIndex;
  /** Columns of the queries, as many as the index has dimensions. */
  readonly on: readonly string[];
  readonly k: number;
  /** Candidates to collect; undefined: as many as is usual. */
  readonly searchK: number | undefined;
  /** Queries are numbered as the items are; none is its own neighbour. */
  readonly excludeSelf: boolean;
  readonly missing: 'error' | 'skip';
  /** Names of the columns made here; `index` holds the item's number. */
  readonly rank: string;
  readonly distance: string;
  readonly index: string;
  /** Columns of the second input that come out, and under which names. */
  readonly columns: readonly { readonly name: string; readonly source: string }[];
}

export type PlanNode =
  | ScanNode
  | FilterNode
  | ProjectNode
  | AggregateNode
  | SortNode
  | LimitNode
  | TopNNode
  | SliceGroupsNode
  | KnnJoinNode
  | RadiusJoinNode
  | AnnoyJoinNode;

export type PlanKind = PlanNode['kind'];
