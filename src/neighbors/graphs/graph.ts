/** Graphs over the rows of a reference, in four formats; they print themselves. */
import { inspect } from 'node:util';
import type { ColumnData } from '../../data/column.js';
import { Schema } from '../../data/schema.js';
import { Table } from '../../data/table.js';

/**
 * How edges are laid out: `edges` (three arrays from, to, value), `coo` (rows, cols, values; sorted by row, then column),
 * `csr` and `csc` (compressed sparse rows or columns, indices ascending within each).
 */
export type GraphFormat = 'edges' | 'coo' | 'csr' | 'csc';

/** What is said of a graph beside its edges. */
export interface GraphFacts {
  /** Nodes: rows of the reference. */
  readonly nodes: number;
  /** Whether numbers of nodes, and the offsets of `csr` and `csc`, count from 0 or from 1. */
  readonly base: 0 | 1;
  /** False: the edge j → i is there, with the same value, wherever i → j is; `pairs` says whether both are listed. */
  readonly directed: boolean;
  /** `both`: every edge is listed. `once`: of a graph that is not directed only those with from ≤ to. */
  readonly pairs: 'both' | 'once';
  /** What the graph is, for people: `mutual kNN graph, k = 10, euclidean`. */
  readonly label: string;
}

/** Values of edges: null in a graph made with `value: 'none'`. */
export type EdgeValues = Float64Array | null;

/** What the four formats have in common. */
export abstract class Graph<V extends EdgeValues = EdgeValues> implements GraphFacts {
  abstract readonly format: GraphFormat;
  /** Edges listed. */
  abstract readonly edges: number;
  /** The values of the edges, whatever the format calls them. */
  abstract readonly weights: V;
  readonly nodes: number;
  readonly base: 0 | 1;
  readonly directed: boolean;
  readonly pairs: 'both' | 'once';
  readonly label: string;

  constructor(facts: GraphFacts) {
    this.nodes = facts.nodes;
    this.base = facts.base;
    this.directed = facts.directed;
    this.pairs = facts.pairs;
    this.label = facts.label;
  }

  /** First edges that are shown: `0 → 1 (0.5)`. */
  protected abstract shownEdges(most: number): readonly string[];

  toString(): string {
    const number = (value: number): string => value.toLocaleString('en-US');
    const shown = this.shownEdges(6);
    const listed = this.directed ? 'directed' : this.pairs === 'both' ? 'both ways listed' : 'each pair once';
    const rest = this.edges > shown.length ? ', …' : '';
    return [
      `${this.label}: ${number(this.nodes)} nodes, ${number(this.edges)} edges, ${listed}`,
      `  ${this.format}, ${this.weights === null ? 'no values' : 'float64 values'}, base ${String(this.base)}`,
      ...(shown.length === 0 ? [] : [`  ${shown.join(', ')}${rest}`]),
    ].join('\n');
  }

  [inspect.custom](): string {
    return `Graph ${this.toString()}`;
  }
}

function shownEdge(from: number, to: number, value: number | undefined): string {
  return `${String(from)} → ${String(to)}${value === undefined ? '' : ` (${String(Number(value.toPrecision(6)))})`}`;
}

function fixedColumn(values: Uint32Array | Float64Array): ColumnData {
  return {
    layout: 'fixed',
    type: values instanceof Uint32Array ? { kind: 'uint32' } : { kind: 'float64' },
    length: values.length,
    validity: null,
    nullCount: 0,
    values,
  };
}

/** Edge i goes from `from[i]` to `to[i]`. A directed kNN graph lists them by (from, rank), any other by (from, to). */
export class EdgeGraph<V extends EdgeValues = EdgeValues> extends Graph<V> {
  readonly format = 'edges';
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly value: V;

  constructor(facts: GraphFacts, from: Uint32Array, to: Uint32Array, value: V) {
    super(facts);
    this.from = from;
    this.to = to;
    this.value = value;
  }

  get edges(): number {
    return this.from.length;
  }

  get weights(): V {
    return this.value;
  }

  /** Columns from, to and (if there are values) value, which share the graph's memory; `tbl(graph.toTable())` queries it. */
  toTable(): Table<{ from: number; to: number; value: number }> {
    const fields = [
      { name: 'from', type: { kind: 'uint32' as const }, nullable: false },
      { name: 'to', type: { kind: 'uint32' as const }, nullable: false },
      { name: 'value', type: { kind: 'float64' as const }, nullable: false },
    ];
    const columns = [fixedColumn(this.from), fixedColumn(this.to)];
    if (this.value !== null) columns.push(fixedColumn(this.value));
    return new Table(new Schema(fields.slice(0, columns.length)), columns, this.edges);
  }

  protected shownEdges(most: number): readonly string[] {
    return Array.from({ length: Math.min(most, this.edges) }, (_, i) =>
      shownEdge(this.from[i]!, this.to[i]!, this.value?.[i]),
    );
  }
}

/** Entry i is at row `rows[i]` and column `cols[i]` of the adjacency matrix; by (row, column). */
export class CooGraph<V extends EdgeValues = EdgeValues> extends Graph<V> {
  readonly format = 'coo';
  readonly rows: Uint32Array;
  readonly cols: Uint32Array;
  readonly values: V;

  constructor(facts: GraphFacts, rows: Uint32Array, cols: Uint32Array, values: V) {
    super(facts);
    this.rows = rows;
    this.cols = cols;
    this.values = values;
  }

  get edges(): number {
    return this.rows.length;
  }

  get weights(): V {
    return this.values;
  }

  protected shownEdges(most: number): readonly string[] {
    return Array.from({ length: Math.min(most, this.edges) }, (_, i) =>
      shownEdge(this.rows[i]!, this.cols[i]!, this.values?.[i]),
    );
  }
}

abstract class CompressedGraph<V extends EdgeValues> extends Graph<V> {
  /** One more than nodes. Float64Array, so that there is no bound on the edges; `base: 1` counts from 1 here, too. */
  readonly indptr: Float64Array;
  /** Ascending within each row (csr) or column (csc). */
  readonly indices: Uint32Array;
  readonly values: V;

  constructor(facts: GraphFacts, indptr: Float64Array, indices: Uint32Array, values: V) {
    super(facts);
    this.indptr = indptr;
    this.indices = indices;
    this.values = values;
  }

  get edges(): number {
    return this.indices.length;
  }

  get weights(): V {
    return this.values;
  }

  protected shownEdges(most: number): readonly string[] {
    const shown: string[] = [];
    for (let major = 0; major < this.nodes && shown.length < most; major++) {
      const end = this.indptr[major + 1]! - this.base;
      for (let i = this.indptr[major]! - this.base; i < end && shown.length < most; i++) {
        const minor = this.indices[i]!;
        const ends = this.format === 'csr' ? [major + this.base, minor] : [minor, major + this.base];
        shown.push(shownEdge(ends[0]!, ends[1]!, this.values?.[i]));
      }
    }
    return shown;
  }
}

/** Edges of node i are at `indptr[i]` up to `indptr[i + 1]`; `indices` are where they go to. */
export class CsrGraph<V extends EdgeValues = EdgeValues> extends CompressedGraph<V> {
  readonly format = 'csr';
}

/** Edges to node j are at `indptr[j]` up to `indptr[j + 1]`; `indices` are where they come from. R's `p`, `i` and `x`. */
export class CscGraph<V extends EdgeValues = EdgeValues> extends CompressedGraph<V> {
  readonly format = 'csc';
}

/** The graph of each format. */
export interface GraphOf<V extends EdgeValues> {
  readonly edges: EdgeGraph<V>;
  readonly coo: CooGraph<V>;
  readonly csr: CsrGraph<V>;
  readonly csc: CscGraph<V>;
}
