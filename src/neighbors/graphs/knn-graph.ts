/** Graphs of nearest neighbours: directed, or made symmetric by a rule. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import type { NativeReference } from '../../native/neighbors.js';
import { addLists, edgeRows, makeEdges } from '../../native/graph.js';
import type { NativeEdges } from '../../native/graph.js';
import { printMetric } from '../metric.js';
import type { KnownSearch } from '../search-options.js';
import { givenOptions, knownSearch, oneOf } from '../search-options.js';
import type { OpenedReference, ReferenceInput } from '../search-reference.js';
import { openReference } from '../search-reference.js';
import { directedEdges } from './directed-edges.js';
import { graphOfRows, wantsSources } from './graph-of-rows.js';
import type { PendingColumns } from './graph-destinations.js';
import type { ColumnsWritten } from './graph-into.js';
import { intoColumns, writeFiledEdges } from './graph-into.js';
import type {
  EdgeValue,
  GraphOptions,
  IntoOptions,
  KnownGraph,
  Symmetrize,
  ValuesOf,
} from './graph-options.js';
import {
  checkPairs,
  edgeMemory,
  graphOptionNames,
  halfOf,
  listedPairs,
  knownGraph,
  knownSymmetrize,
} from './graph-options.js';
import type { EdgeValues, Graph, GraphFacts, GraphFormat, GraphOf } from './graph.js';
import { EdgeGraph } from './graph.js';
import { listBlocks } from './list-blocks.js';
import type { WrittenGraph } from './write-graph.js';
import { writeLists } from './write-graph.js';

export interface KnnGraphOptions<
  F extends GraphFormat = 'edges',
  W extends EdgeValue = 'distance',
> extends GraphOptions<F, W> {
  /** Neighbours of each row. */
  readonly k: number;
  /** What becomes of i → j beside j → i; `none` (directed) by default. */
  readonly symmetrize?: Symmetrize | undefined;
}

export type KnnGraphIntoOptions = IntoOptions<KnnGraphOptions<GraphFormat, EdgeValue>>;

/** What a kNN graph is asked to be. */
export interface KnnGraphAsked extends KnownGraph {
  readonly k: number;
  readonly rule: Symmetrize;
  readonly value: EdgeValue;
  readonly search: KnownSearch;
}

/**
 * The graph whose edges go from every row to its `k` nearest other rows, exactly.
 *
 * Distances, ties (to the lower row) and missing rows are as in `knn`. Directed edges come by (from, rank); with `symmetrize`
 * the graph is not directed, its edges come by (from, to), and both directions are listed unless `pairs: 'once'`. Values are
 * distances, the same for both directions. Rows that `missing: 'skip'` leaves out are nodes without edges.
 *
 * Cost: that of `knn`, then one counting sort. Edges beyond half of `memory` wait in temporary files; the result itself has
 * to fit, 16 bytes an edge, or goes `into` matrices: columns with exactly one row for each edge, which are `k` for every row of
 * a directed graph. Others are counted first; `into: { path: 'folder/name' }` makes matrices of the right length.
 *
 * @throws EngineError as `knn`; `argument` for `mean` without values, or `pairs: 'once'` of a directed graph
 * @example
 * const points = [[0, 0], [0.3, 0], [1.2, 0], [4, 4], [4.3, 4.1], [5.2, 4]]
 * const graph = await knnGraph(points, { k: 1, base: 1 })
 * graph.to                      // => Uint32Array(6) [2, 1, 2, 5, 4, 5]
 * @example
 * const mutual = await knnGraph([[0], [1], [5]], { k: 1, symmetrize: 'mutual', format: 'csr' })
 * mutual.indptr                 // => Float64Array(4) [0, 1, 2, 2]
 */
export function knnGraph<F extends GraphFormat = 'edges', W extends EdgeValue = 'distance'>(
  reference: ReferenceInput,
  options: KnnGraphOptions<F, W>,
): Promise<GraphOf<ValuesOf<W>>[F]>;
export function knnGraph(reference: ReferenceInput, options: KnnGraphIntoOptions): Promise<WrittenGraph>;
export async function knnGraph(reference: ReferenceInput, options: unknown): Promise<Graph | WrittenGraph> {
  const given = givenOptions(options, ['k', 'symmetrize', ...graphOptionNames], 'knnGraph');
  return makeKnnGraph(reference, given, 'knnGraph');
}

export interface MutualKnnGraphOptions<
  F extends GraphFormat = 'edges',
  W extends EdgeValue = 'distance',
> extends GraphOptions<F, W> {
  /** Neighbours of each row that are looked at. */
  readonly k: number;
}

export type MutualKnnGraphIntoOptions = IntoOptions<MutualKnnGraphOptions<GraphFormat, EdgeValue>>;

/**
 * The graph of rows that are among the `k` nearest of each other: `knnGraph` with `symmetrize: 'mutual'`.
 *
 * @throws EngineError as `knnGraph`
 * @example
 * const points = [[0, 0], [0.3, 0], [1.2, 0], [4, 4], [4.3, 4.1], [5.2, 4]]
 * const graph = await mutualKnnGraph(points, { k: 1, pairs: 'once', base: 1 })
 * graph.from                    // => Uint32Array(2) [1, 4]
 * graph.to                      // => Uint32Array(2) [2, 5]
 */
export function mutualKnnGraph<F extends GraphFormat = 'edges', W extends EdgeValue = 'distance'>(
  reference: ReferenceInput,
  options: MutualKnnGraphOptions<F, W>,
): Promise<GraphOf<ValuesOf<W>>[F]>;
export function mutualKnnGraph(
  reference: ReferenceInput,
  options: MutualKnnGraphIntoOptions,
): Promise<WrittenGraph>;
export async function mutualKnnGraph(
  reference: ReferenceInput,
  options: unknown,
): Promise<Graph | WrittenGraph> {
  const given = givenOptions(options, ['k', ...graphOptionNames], 'mutualKnnGraph');
  return makeKnnGraph(reference, { ...given, symmetrize: 'mutual' }, 'mutualKnnGraph');
}

function knownKnnGraph(given: Readonly<Record<string, unknown>>, what: string): KnnGraphAsked {
  const graph = knownGraph(given);
  const rule = knownSymmetrize(given['symmetrize']);
  checkPairs(graph.pairs, rule === 'none');
  const value = oneOf('value', given['value'] ?? 'distance', ['distance', 'one', 'none']);
  if (rule === 'mean' && value === 'none') {
    throw new EngineError(
      'argument',
      `symmetrize: 'mean' is about values; ask for value: 'distance' or 'one', or for symmetrize: 'union'`,
      { detail: { option: 'value' } },
    );
  }
  return { ...graph, rule, value, k: checkWhole('k', given['k'], 1), search: knownSearch(given, what) };
}

async function makeKnnGraph(
  input: ReferenceInput,
  given: Readonly<Record<string, unknown>>,
  what: string,
): Promise<Graph | WrittenGraph> {
  const asked = knownKnnGraph(given, what);
  const reference = await openReference(input, halfOf(asked.search), what);
  try {
    checkNeighbors(asked.k, reference);
    const ready = (): Promise<NativeReference> => reference.ready({ queries: reference.rows, k: asked.k });
    const facts = knnGraphFacts(reference, asked);
    if (asked.into === undefined) return await graphInMemory(await ready(), asked, facts);
    return await intoColumns(asked.into, facts, asked.value !== 'none', reference.files, async (pending) =>
      asked.rule === 'none'
        ? writeDirected(reference.rows, ready, asked, pending)
        : writeFiledEdges(
            await fileKnnEdges(await ready(), asked),
            asked.rule,
            { ...asked, values: asked.value !== 'none' },
            pending,
          ),
    );
  } finally {
    await reference.close();
  }
}

/** @throws EngineError `argument` for more neighbours than there are other rows */
export function checkNeighbors(k: number, { rows, label }: OpenedReference): void {
  if (k < rows) return;
  throw new EngineError(
    'argument',
    `k is ${String(k)}, but the reference (${label}) has ${String(rows)} ${rows === 1 ? 'row' : 'rows'}, and a row is none of its own neighbours; at most ${String(rows - 1)} will do`,
    { detail: { k, rows } },
  );
}

export function knnGraphFacts(
  { rows, metric }: OpenedReference,
  { rule, k, search, pairs }: KnnGraphAsked,
): GraphFacts {
  const kind =
    rule === 'none' ? 'directed kNN graph' : rule === 'mutual' ? 'mutual kNN graph' : `kNN graph (${rule})`;
  const label = `${kind}, k = ${String(k)}, ${printMetric(metric)}`;
  return { nodes: rows, base: search.base, directed: rule === 'none', pairs, label };
}

async function graphInMemory(
  native: NativeReference,
  asked: KnnGraphAsked,
  facts: GraphFacts,
): Promise<Graph> {
  const { rule, format, search, k, value } = asked;
  if (rule === 'none' && format === 'edges') {
    const lists = { reference: native, k, excludeSelf: true, search, memory: edgeMemory(search) };
    const {
      from,
      to,
      value: values,
    } = await directedEdges(listBlocks(lists), native.rows, k, value, search.base, search.skipMissing);
    return new EdgeGraph(facts, from, to, values);
  }
  const edges = await fileKnnEdges(native, asked);
  const { signal, threads, base } = search;
  const made = await edgeRows(
    edges,
    {
      rule,
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

/** The length of the columns is known before anything is searched. */
async function writeDirected(
  rows: number,
  ready: () => Promise<NativeReference>,
  { k, value, search }: KnnGraphAsked,
  pending: PendingColumns,
): Promise<ColumnsWritten> {
  const columns = await pending.ready(rows * k);
  const lists = { reference: await ready(), k, excludeSelf: true, search, memory: edgeMemory(search) };
  await writeLists(listBlocks(lists), k, value === 'one', columns, search.base);
  return { edges: rows * k, columns };
}

/** Searches all rows and files their edges: under both ends where a rule needs both. */
export async function fileKnnEdges(native: NativeReference, asked: KnnGraphAsked): Promise<NativeEdges> {
  const { rule, format, search, k, value } = asked;
  const memory = edgeMemory(search);
  const { signal, threads } = search;
  const side = rule !== 'none' ? 'both' : format === 'csc' ? 'to' : 'from';
  const edges = makeEdges({
    rows: native.rows,
    expected: native.rows * k,
    values: value === 'distance',
    memory,
  });
  const lists = { reference: native, k, excludeSelf: true, search, memory: memory / 2 };
  for await (const { firstRow, index, distance } of listBlocks(lists)) {
    await addLists(edges, side, firstRow, k, index, value === 'distance' ? distance : null, {
      signal,
      threads,
    });
  }
  return edges;
}
