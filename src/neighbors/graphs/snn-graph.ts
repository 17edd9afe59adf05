/** Graphs of shared nearest neighbours: rows are joined where their neighbourhoods overlap. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { NativeLists, SharedWeightName } from '../../native/graph.js';
import { fillLists, makeLists, sharedRows, sharedWeightIds, turnLists } from '../../native/graph.js';
import type { NativeReference } from '../../native/neighbors.js';
import { printMetric } from '../metric.js';
import type { KnownSearch } from '../search-options.js';
import { givenOptions, knownSearch, oneOf } from '../search-options.js';
import type { OpenedReference, ReferenceInput } from '../search-reference.js';
import { openReference } from '../search-reference.js';
import { graphOfRows, wantsSources } from './graph-of-rows.js';
import type { GraphOptions, KnownGraph } from './graph-options.js';
import { edgeMemory, graphOptionNames, halfOf, knownGraph } from './graph-options.js';
import type { Graph, GraphFacts, GraphFormat, GraphOf } from './graph.js';
import { checkNeighbors } from './knn-graph.js';
import { listBlocks } from './list-blocks.js';

/**
 * What an edge weighs, A and B being the neighbourhoods of its ends.
 *
 * `count`: |A ∩ B|. `jaccard`: |A ∩ B| / |A ∪ B|. `rank`: k − min over A ∩ B of (rank in A + rank in B) / 2, where the
 * nearest neighbour has rank 1 and the row itself rank 0.
 */
export type SnnWeight = SharedWeightName;

export interface SnnGraphOptions<F extends GraphFormat = 'edges'> extends Omit<
  GraphOptions<F, never>,
  'value'
> {
  /** Neighbours of each row. */
  readonly k: number;
  /** `count` by default. */
  readonly weight?: SnnWeight | undefined;
  /** Edges that weigh less are left out; 0, the default, keeps every pair that shares a neighbour. */
  readonly prune?: number | undefined;
  /** Whether a row belongs to its own neighbourhood, with rank 0 (default). */
  readonly countSelf?: boolean | undefined;
}

/** What a graph of shared neighbours is asked to be. */
export interface SnnGraphAsked extends KnownGraph {
  readonly k: number;
  readonly weight: SnnWeight;
  readonly prune: number;
  readonly countSelf: boolean;
  readonly search: KnownSearch;
}

/**
 * The graph that joins rows which have neighbours in common, weighted by how many or how near they are.
 *
 * The neighbourhood of a row is its `k` nearest other rows and (unless `countSelf: false`) the row itself. Every pair of rows
 * with overlapping neighbourhoods is an edge, unless it weighs less than `prune`. Edges come by (from, to), both directions
 * unless `pairs: 'once'`. Rows that `missing: 'skip'` leaves out are nodes without edges.
 *
 * Cost: that of `knn`, then the number of meetings: for each row, its neighbours' neighbours the other way round; never rows
 * times rows. The lists, 4 bytes a neighbour, both ways (`rank`: 12), have to fit `memory`, and so has the result.
 *
 * Source: Jarvis and Patrick 1973 (count), Xu and Su 2015 (rank).
 *
 * @throws EngineError as `knn`
 * @example
 * const graph = await snnGraph([[0], [1], [3], [10]], { k: 1, pairs: 'once' })
 * graph.from                    // => Uint32Array(4) [0, 0, 1, 2]
 * graph.value                   // => Float64Array(4) [2, 1, 1, 1]
 */
export async function snnGraph<F extends GraphFormat = 'edges'>(
  reference: ReferenceInput,
  options: SnnGraphOptions<F>,
): Promise<GraphOf<Float64Array>[F]> {
  const what = 'snnGraph';
  const asked = knownSnnGraph(options, what);
  const opened = await openReference(reference, halfOf(asked.search), what);
  try {
    checkNeighbors(asked.k, opened);
    const native = await opened.ready({ queries: opened.rows, k: asked.k });
    const facts = snnGraphFacts(opened, asked);
    return (await snnInMemory(native, asked, facts)) as unknown as GraphOf<Float64Array>[F];
  } finally {
    await opened.close();
  }
}

function knownSnnGraph(options: unknown, what: string): SnnGraphAsked {
  const names = ['k', 'weight', 'prune', 'countSelf', ...graphOptionNames.filter((name) => name !== 'value')];
  const given = givenOptions(options, names, what);
  const { prune = 0, countSelf = true } = given;
  if (typeof prune !== 'number' || !(prune >= 0)) {
    throw new EngineError('argument', `prune must be a number of at least 0, not ${String(prune)}`, {
      detail: { option: 'prune' },
    });
  }
  if (typeof countSelf !== 'boolean') {
    throw new EngineError('argument', 'countSelf must be true or false', { detail: { option: 'countSelf' } });
  }
  return {
    ...knownGraph(given),
    k: checkWhole('k', given['k'], 1),
    weight: oneOf('weight', given['weight'] ?? 'count', Object.keys(sharedWeightIds) as SnnWeight[]),
    prune,
    countSelf,
    search: knownSearch(given, what),
  };
}

export function snnGraphFacts(
  { rows, metric }: OpenedReference,
  { k, weight, search, pairs }: SnnGraphAsked,
): GraphFacts {
  const label = `graph of shared neighbours (${weight}), k = ${String(k)}, ${printMetric(metric)}`;
  return { nodes: rows, base: search.base, directed: false, pairs, label };
}

async function snnInMemory(native: NativeReference, asked: SnnGraphAsked, facts: GraphFacts): Promise<Graph> {
  const { format, weight, prune, countSelf, search } = asked;
  const { signal, threads, base } = search;
  const lists = await snnLists(native, asked);
  const made = await sharedRows(
    lists,
    {
      weight,
      prune,
      withSelf: countSelf,
      once: asked.pairs === 'once',
      values: true,
      sources: wantsSources(format),
      base,
      threads,
    },
    { signal },
  );
  return graphOfRows<GraphFormat, Float64Array>(format, facts, made);
}

/** Searches all rows and turns their lists round. */
export async function snnLists(native: NativeReference, asked: SnnGraphAsked): Promise<NativeLists> {
  const { k, weight, search } = asked;
  const { signal, threads } = search;
  const memory = edgeMemory(search);
  const lists = makeLists({ rows: native.rows, k, ranks: weight === 'rank', memory });
  const blocks = listBlocks({ reference: native, k, excludeSelf: true, search, memory: memory / 2 });
  for await (const { firstRow, index } of blocks)
    await fillLists(lists, firstRow, index, { signal, threads });
  await turnLists(lists, { signal, threads });
  return lists;
}
