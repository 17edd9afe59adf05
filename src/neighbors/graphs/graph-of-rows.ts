/** A graph in the format asked for, from rows that the engine made. */
import type { NativeRows } from '../../native/graph.js';
import type { EdgeValues, GraphFacts, GraphFormat, GraphOf } from './graph.js';
import { CooGraph, CscGraph, CsrGraph, EdgeGraph } from './graph.js';

/** Whether a format needs the row of every edge. */
export function wantsSources(format: GraphFormat): boolean {
  return format === 'edges' || format === 'coo';
}

/**
 * @param made for `csc` the rows of the turned graph: who goes to each node
 */
export function graphOfRows<F extends GraphFormat, V extends EdgeValues>(
  format: F,
  facts: GraphFacts,
  made: NativeRows,
): GraphOf<V>[F] {
  const { offsets, columns } = made;
  const sources = made.sources ?? new Uint32Array(0);
  const values = (made.values ?? null) as V;
  const graphs: { readonly [K in GraphFormat]: () => GraphOf<V>[K] } = {
    edges: () => new EdgeGraph<V>(facts, sources, columns, values),
    coo: () => new CooGraph<V>(facts, sources, columns, values),
    csr: () => new CsrGraph<V>(facts, offsets, columns, values),
    csc: () => new CscGraph<V>(facts, offsets, columns, values),
  };
  return graphs[format]();
}
