/** Graphs as sets of pairs, made by loops over all pairs of points. */
import type { Graph } from '../../../src/neighbors/graphs/graph.js';
import { CooGraph, CscGraph, CsrGraph, EdgeGraph } from '../../../src/neighbors/graphs/graph.js';

/** Value by `from,to`, counted from 0; null without values. */
export type Pairs = ReadonlyMap<string, number | null>;

export function pairOf(from: number, to: number): string {
  return `${String(from)},${String(to)}`;
}

/** A graph's edges in the order listed: `[from, to, value]`, counted from 0. */
export function listed(graph: Graph): readonly (readonly [number, number, number | null])[] {
  const { base } = graph;
  const value = (i: number): number | null => graph.weights?.[i] ?? null;
  if (graph instanceof EdgeGraph) {
    return [...graph.from].map((from, i) => [from - base, graph.to[i]! - base, value(i)]);
  }
  if (graph instanceof CooGraph) {
    return [...graph.rows].map((row, i) => [row - base, graph.cols[i]! - base, value(i)]);
  }
  if (!(graph instanceof CsrGraph) && !(graph instanceof CscGraph)) throw new Error('another format');
  const edges: [number, number, number | null][] = [];
  for (let major = 0; major < graph.nodes; major++) {
    for (let i = graph.indptr[major]! - base; i < graph.indptr[major + 1]! - base; i++) {
      const minor = graph.indices[i]! - base;
      edges.push(graph.format === 'csr' ? [major, minor, value(i)] : [minor, major, value(i)]);
    }
  }
  return edges;
}

export function pairsOf(graph: Graph): Pairs {
  const edges = listed(graph);
  const pairs = new Map(edges.map(([from, to, value]) => [pairOf(from, to), value]));
  if (pairs.size !== edges.length) throw new Error('an edge is listed twice');
  return pairs;
}

export function euclidean(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0));
}

/** The k nearest others of every row, by (distance, row). */
export function naiveLists(
  points: readonly (readonly number[])[],
  k: number,
): readonly (readonly { readonly row: number; readonly distance: number }[])[] {
  return points.map((point, i) =>
    points
      .map((other, row) => ({ row, distance: euclidean(point, other) }))
      .filter(({ row }) => row !== i)
      .sort((a, b) => a.distance - b.distance || a.row - b.row)
      .slice(0, k),
  );
}

export type Rule = 'none' | 'mutual' | 'union' | 'mean' | 'max' | 'min';

/** The pairs that a rule leaves of a directed graph, with their values. */
export function naiveRule(directed: Pairs, rule: Rule): Pairs {
  if (rule === 'none') return directed;
  const pairs = new Map<string, number>();
  for (const [pair, distance] of directed) {
    const [from, to] = pair.split(',').map(Number) as [number, number];
    const back = directed.get(pairOf(to, from));
    if (back === undefined && (rule === 'mutual' || rule === 'min')) continue;
    // A distance is the same from either end, so that only `mean` of a pair found once differs.
    const value = rule === 'mean' && back === undefined ? distance! / 2 : distance!;
    pairs.set(pair, value);
    pairs.set(pairOf(to, from), value);
  }
  return pairs;
}

/** Shared neighbours by their definition: every pair of rows, sets of neighbours with ranks. */
export function naiveShared(
  points: readonly (readonly number[])[],
  k: number,
  weight: 'count' | 'jaccard' | 'rank',
  countSelf: boolean,
): Pairs {
  const sets = naiveLists(points, k).map(
    (list, i) =>
      new Map([
        ...(countSelf ? [[i, 0] as const] : []),
        ...list.map(({ row }, at) => [row, at + 1] as const),
      ]),
  );
  const pairs = new Map<string, number>();
  for (const [i, a] of sets.entries()) {
    for (const [j, b] of sets.entries()) {
      const both = [...a.keys()].filter((row) => b.has(row));
      if (i === j || both.length === 0) continue;
      const sums = both.map((row) => a.get(row)! + b.get(row)!);
      const weights = {
        count: both.length,
        jaccard: both.length / (a.size + b.size - both.length),
        rank: k - Math.min(...sums) / 2,
      };
      pairs.set(pairOf(i, j), weights[weight]);
    }
  }
  return pairs;
}
