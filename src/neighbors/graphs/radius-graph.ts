/** Graphs of all pairs within a radius. */
import type { NativeEdges } from '../../native/graph.js';
import { addEdges, edgeRows, makeEdges } from '../../native/graph.js';
import type { NativeReference } from '../../native/neighbors.js';
import { printMetric } from '../metric.js';
import { checkRadius } from '../count-within-radius.js';
import type { KnownSearch } from '../search-options.js';
import { givenOptions, knownSearch, oneOf } from '../search-options.js';
import type { OpenedReference, ReferenceInput } from '../search-reference.js';
import { openReference } from '../search-reference.js';
import { graphOfRows, wantsSources } from './graph-of-rows.js';
import { intoColumns, writeFiledEdges } from './graph-into.js';
import type { EdgeValue, GraphOptions, IntoOptions, KnownGraph, ValuesOf } from './graph-options.js';
import { edgeMemory, graphOptionNames, halfOf, knownGraph, listedPairs } from './graph-options.js';
import type { EdgeValues, Graph, GraphFacts, GraphFormat, GraphOf } from './graph.js';
import { rowsOfMatches, withinBlocks } from './within-blocks.js';
import type { WrittenGraph } from './write-graph.js';

export interface RadiusGraphOptions<
  F extends GraphFormat = 'edges',
  W extends EdgeValue = 'distance',
> extends GraphOptions<F, W> {
  /** Rows at a distance of at most this are joined. */
  readonly radius: number;
}

export type RadiusGraphIntoOptions = IntoOptions<RadiusGraphOptions<GraphFormat, EdgeValue>>;

/** What a radius graph is asked to be. */
export interface RadiusGraphAsked extends KnownGraph {
  readonly radius: number;
  readonly value: EdgeValue;
  readonly search: KnownSearch;
}

/**
 * The graph that joins every two rows at a distance of at most `radius`, exactly; no row is joined with itself.
 *
 * Edges come by (from, to), both directions unless `pairs: 'once'`; values are distances. Rows that `missing: 'skip'` leaves
 * out are nodes without edges.
 *
 * Cost: that of `radiusSearch`, one pass, then one counting sort. Edges beyond half of `memory` wait in temporary files; the
 * result itself has to fit, 16 bytes an edge, or goes `into` matrices as with `knnGraph`.
 *
 * @throws EngineError as `radiusSearch`
 * @example
 * const graph = await radiusGraph([[1, 0], [0, 1], [1, 1], [2, 1]], { radius: 1.1, format: 'csr', base: 1 })
 * graph.indptr                  // => Float64Array(5) [1, 2, 3, 6, 7]
 * graph.indices                 // => Uint32Array(6) [3, 3, 1, 2, 4, 3]
 */
export function radiusGraph<F extends GraphFormat = 'edges', W extends EdgeValue = 'distance'>(
  reference: ReferenceInput,
  options: RadiusGraphOptions<F, W>,
): Promise<GraphOf<ValuesOf<W>>[F]>;
export function radiusGraph(
  reference: ReferenceInput,
  options: RadiusGraphIntoOptions,
): Promise<WrittenGraph>;
export async function radiusGraph(
  reference: ReferenceInput,
  options: unknown,
): Promise<Graph | WrittenGraph> {
  const what = 'radiusGraph';
  const given = givenOptions(options, ['radius', ...graphOptionNames], what);
  const search = knownSearch(given, what);
  const opened = await openReference(reference, halfOf(search), what);
  try {
    const asked: RadiusGraphAsked = {
      ...knownGraph(given),
      radius: checkRadius(given['radius'], opened.metric.name === 'innerProduct'),
      value: oneOf('value', given['value'] ?? 'distance', ['distance', 'one', 'none']),
      search,
    };
    const file = async (): Promise<NativeEdges> =>
      fileRadiusEdges(await opened.ready({ queries: opened.rows, k: 0 }), asked);
    const facts = radiusGraphFacts(opened, asked);
    if (asked.into === undefined) return await radiusInMemory(await file(), asked, facts);
    const values = asked.value !== 'none';
    return await intoColumns(asked.into, facts, values, opened.files, async (pending) =>
      writeFiledEdges(await file(), 'none', { ...asked, values }, pending),
    );
  } finally {
    await opened.close();
  }
}

export function radiusGraphFacts(
  { rows, metric }: OpenedReference,
  { radius, search, pairs }: RadiusGraphAsked,
): GraphFacts {
  const label = `radius graph, radius = ${String(radius)}, ${printMetric(metric)}`;
  return { nodes: rows, base: search.base, directed: false, pairs, label };
}

async function radiusInMemory(
  edges: NativeEdges,
  asked: RadiusGraphAsked,
  facts: GraphFacts,
): Promise<Graph> {
  const { format, search, value } = asked;
  const { signal, threads, base } = search;
  const made = await edgeRows(
    edges,
    {
      rule: 'none',
      ...listedPairs(asked.pairs, format),
      values: value !== 'none',
      sources: wantsSources(format),
      base,
      threads,
      consume: true,
    },
    { signal },
  );
  return graphOfRows<GraphFormat, EdgeValues>(format, facts, made);
}

/** Rows whose matches are handed over in one go, at most. */
const handedRows = 16384;

/** Searches all rows and files their matches. */
export async function fileRadiusEdges(
  native: NativeReference,
  asked: RadiusGraphAsked,
): Promise<NativeEdges> {
  const { search, radius, value, format } = asked;
  const { signal, threads } = search;
  const memory = edgeMemory(search);
  const values = value === 'distance';
  const side = format === 'csc' ? 'to' : 'from';
  // A hundred each is a guess; wrong, it only makes partitions uneven.
  const edges = makeEdges({ rows: native.rows, expected: native.rows * 100, values, memory });
  for await (const block of withinBlocks(native, radius, search, memory)) {
    const { counts, index, distance } = block;
    for (let first = 0, at = 0; first < counts.length; first += handedRows) {
      const from = rowsOfMatches(block, first, Math.min(counts.length, first + handedRows));
      const stop = at + from.length;
      const value = values ? distance.subarray(at, stop) : null;
      await addEdges(edges, side, { from, to: index.subarray(at, stop), value }, { signal, threads });
      at = stop;
    }
  }
  return edges;
}
