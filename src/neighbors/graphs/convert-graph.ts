/** The same graph in another format. */
import { EngineError } from '../../base/engine-error.js';
import { throwIfCancelled } from '../../base/cancel.js';
import { addEdges, edgeRows, makeEdges } from '../../native/graph.js';
import { optionsOf } from '../../query/names.js';
import { graphOfRows, wantsSources } from './graph-of-rows.js';
import type { EdgeValues, GraphFacts, GraphFormat, GraphOf } from './graph.js';
import { CooGraph, CscGraph, CsrGraph, EdgeGraph, Graph } from './graph.js';

/** Edges copied in one go; numbers count from 0. */
interface EdgePiece {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly value: Float64Array | null;
}

const pieceEdges = 1 << 18;

function fromZero(nodes: Uint32Array, base: 0 | 1): Uint32Array {
  return base === 0 ? nodes : nodes.map((node) => node - 1);
}

/** The numbers of the rows (csr) or columns (csc) that entries first … end belong to, from 0. */
function majors(graph: CsrGraph | CscGraph, first: number, end: number): Uint32Array {
  const { indptr, base } = graph;
  let low = 0;
  let high = graph.nodes;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if (indptr[middle]! - base <= first) low = middle;
    else high = middle;
  }
  const into = new Uint32Array(end - first);
  for (let at = first; at < end; low++) {
    const stop = Math.min(end, indptr[low + 1]! - base);
    if (stop > at) into.fill(low, at - first, stop - first);
    at = Math.max(at, stop);
  }
  return into;
}

/** All edges, piece by piece, in the order they are listed. */
export function* edgePieces(graph: Graph): IterableIterator<EdgePiece> {
  const { edges, base, weights } = graph;
  for (let first = 0; first < edges; first += pieceEdges) {
    const end = Math.min(edges, first + pieceEdges);
    const part = (nodes: Uint32Array): Uint32Array => fromZero(nodes.subarray(first, end), base);
    const value = weights?.subarray(first, end) ?? null;
    if (graph instanceof EdgeGraph) yield { from: part(graph.from), to: part(graph.to), value };
    else if (graph instanceof CooGraph) yield { from: part(graph.rows), to: part(graph.cols), value };
    else if (graph instanceof CsrGraph)
      yield { from: majors(graph, first, end), to: part(graph.indices), value };
    else if (graph instanceof CscGraph)
      yield { from: part(graph.indices), to: majors(graph, first, end), value };
  }
}

export interface ConvertGraphOptions {
  /** Numbers of nodes and offsets of the result count from 0 or 1; by default as in the graph given. */
  readonly base?: 0 | 1 | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The same edges in another format. Edges come out by (from, to), those of `csc` by (to, from); edges given twice stay two,
 * in the order given. A graph that has the format already is given back as it is.
 *
 * Cost: one counting sort on all threads; 16 bytes of memory for an edge, and temporary files beyond half of the process's.
 *
 * @throws EngineError `argument` for what is no graph, or an unknown format; `cancelled`
 * @example
 * const graph = await knnGraph([[0], [1], [5]], { k: 1 })
 * const sparse = await convertGraph(graph, 'csc')
 * sparse.indptr                 // => Float64Array(4) [0, 1, 3, 3]
 * sparse.indices                // => Uint32Array(3) [1, 0, 2]
 */
export async function convertGraph<F extends GraphFormat, V extends EdgeValues>(
  graph: Graph<V>,
  format: F,
  options: ConvertGraphOptions = {},
): Promise<GraphOf<V>[F]> {
  if (!(graph instanceof Graph)) {
    throw new EngineError('argument', 'convertGraph takes a graph, such as knnGraph() gives');
  }
  const formats: readonly string[] = ['edges', 'coo', 'csr', 'csc'];
  if (!formats.includes(format)) {
    throw new EngineError('argument', `a graph's format is one of ${formats.join(', ')}, not "${format}"`, {
      detail: { option: 'format' },
    });
  }
  optionsOf(options, ['base', 'threads', 'signal'], 'convertGraph');
  const { base = graph.base, threads, signal } = options;
  if (base !== 0 && base !== 1) {
    throw new EngineError('argument', `base is 0 or 1, not ${String(base)}`, { detail: { option: 'base' } });
  }
  throwIfCancelled(signal);
  if (graph.format === format && base === graph.base) return graph as unknown as GraphOf<V>[F];
  return filedAgain<F, V>(graph, format, { base, threads, signal });
}

async function filedAgain<F extends GraphFormat, V extends EdgeValues>(
  graph: Graph<V>,
  format: F,
  { base, threads, signal }: { base: 0 | 1; threads: number | undefined; signal: AbortSignal | undefined },
): Promise<GraphOf<V>[F]> {
  const values = graph.weights !== null;
  const edges = makeEdges({ rows: graph.nodes, expected: graph.edges, values });
  const side = format === 'csc' ? 'to' : 'from';
  let firstEdge = 0;
  for (const piece of edgePieces(graph)) {
    await addEdges(edges, side, piece, { threads, signal, firstEdge });
    firstEdge += piece.to.length;
  }
  const made = await edgeRows(
    edges,
    { rule: 'none', values, sources: wantsSources(format), base, threads, consume: true },
    { signal },
  );
  const { nodes, directed, pairs, label } = graph;
  const facts: GraphFacts = { nodes, base, directed, pairs, label };
  return graphOfRows<F, V>(format, facts, made);
}
