/** Graphs of shared nearest neighbours: rows are joined where their neighbourhoods overlap. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { NativeLists, SharedWeightName, SharedWishes } from '../../native/graph.js';
import {
  countSharedRows,
  fillLists,
  makeLists,
  sharedRows,
  sharedWeightIds,
  turnLists,
} from '../../native/graph.js';
import type { NativeReference } from '../../native/neighbors.js';
import { printMetric } from '../metric.js';
import type { KnownSearch } from '../search-options.js';
import { givenOptions, knownSearch, oneOf, taskOptions } from '../search-options.js';
import type { OpenedReference, ReferenceInput } from '../search-reference.js';
import { openReference } from '../search-reference.js';
import { graphOfRows, wantsSources } from './graph-of-rows.js';
import type { PendingColumns } from './graph-destinations.js';
import type { ColumnsWritten } from './graph-into.js';
import { intoColumns, mostEdges } from './graph-into.js';
import type { GraphOptions, IntoOptions, KnownGraph } from './graph-options.js';
import { edgeMemory, graphOptionNames, halfOf, knownGraph, listedPairs } from './graph-options.js';
import type { Graph, GraphFacts, GraphFormat, GraphOf } from './graph.js';
import { checkNeighbors } from './knn-graph.js';
import { listBlocks } from './list-blocks.js';
import type { WrittenGraph } from './write-graph.js';
import { writeRows } from './write-graph.js';

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

export type SnnGraphIntoOptions = IntoOptions<SnnGraphOptions<GraphFormat>>;

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
 * times rows. The lists, 4 bytes a neighbour, both ways (`rank`: 12), have to fit `memory`. So has the result, 16 bytes an
 * edge, or it goes `into` matrices as with `knnGraph`; its edges are then counted first.
 *
 * Source: Jarvis and Patrick 1973 (count), Xu and Su 2015 (rank).
 *
 * @throws EngineError as `knn`
 * @example
 * const graph = await snnGraph([[0], [1], [3], [10]], { k: 1, pairs: 'once' })
 * graph.from                    // => Uint32Array(4) [0, 0, 1, 2]
 * graph.value                   // => Float64Array(4) [2, 1, 1, 1]
 */
export function snnGraph<F extends GraphFormat = 'edges'>(
  reference: ReferenceInput,
  options: SnnGraphOptions<F>,
): Promise<GraphOf<Float64Array>[F]>;
export function snnGraph(reference: ReferenceInput, options: SnnGraphIntoOptions): Promise<WrittenGraph>;
export async function snnGraph(reference: ReferenceInput, options: unknown): Promise<Graph | WrittenGraph> {
  const what = 'snnGraph';
  const asked = knownSnnGraph(options, what);
  const opened = await openReference(reference, halfOf(asked.search), what);
  try {
    checkNeighbors(asked.k, opened);
    const turned = async (): Promise<NativeLists> =>
      snnLists(await opened.ready({ queries: opened.rows, k: asked.k }), asked);
    const facts = snnGraphFacts(opened, asked);
    if (asked.into === undefined) return await snnInMemory(await turned(), asked, facts);
    return await intoColumns(asked.into, facts, true, opened.files, async (pending) =>
      writeShared(await turned(), asked, pending),
    );
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

function wishesOf({ weight, prune, countSelf, pairs, format, search }: SnnGraphAsked): SharedWishes {
  const { threads, base } = search;
  return {
    weight,
    prune,
    withSelf: countSelf,
    ...listedPairs(pairs, format),
    values: true,
    threads,
    base,
  };
}

async function snnInMemory(lists: NativeLists, asked: SnnGraphAsked, facts: GraphFacts): Promise<Graph> {
  const { format, search } = asked;
  const wishes = { ...wishesOf(asked), sources: wantsSources(format) };
  const made = await sharedRows(lists, wishes, taskOptions(search, 'edges', lists.rows));
  return graphOfRows<GraphFormat, Float64Array>(format, facts, made);
}

/** Edges counted, which is as much work as making them, then made some rows at a time. */
async function writeShared(
  lists: NativeLists,
  asked: SnnGraphAsked,
  pending: PendingColumns,
): Promise<ColumnsWritten> {
  const { search } = asked;
  const { rows } = lists;
  const wishes = wishesOf(asked);
  const counted = await countSharedRows(lists, { ...wishes, base: 0 }, taskOptions(search, 'count', rows));
  const columns = await pending.ready(counted.edges);
  await writeRows(
    {
      units: rows,
      rowsPerUnit: 1,
      offsets: counted.offsets,
      mostEdges: mostEdges(search),
      make: (first, end) =>
        sharedRows(
          lists,
          { ...wishes, first, end, sources: true, values: columns.value !== undefined },
          taskOptions(search, 'write', rows, first, end - first),
        ),
    },
    columns,
    search.base,
  );
  return { edges: counted.edges, columns };
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
