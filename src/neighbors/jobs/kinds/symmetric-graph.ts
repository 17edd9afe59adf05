/** The job that writes a graph of the k nearest made symmetric by a rule, such as `mutual`: edges by (from, to). */
import type { NativeEdges } from '../../../native/graph.js';
import { addLists, countEdgeRows, edgeRows, makeEdges } from '../../../native/graph.js';
import { EngineError } from '../../../base/engine-error.js';
import { knownSymmetrize } from '../../graphs/graph-options.js';
import { oneOf } from '../../search-options.js';
import { countedPhases } from '../counted-phases.js';
import { countsOfRows, edgesOfRows } from '../graph-rows.js';
import type { JobKind, KindContext } from '../job-kind.js';
import { keptLists } from '../kept-lists.js';
import type { KeptLists } from '../kept-lists.js';
import { present } from '../row-numbers.js';

export const symmetricGraphKind: JobKind = {
  type: 'symmetric-graph',
  maker: 'mutualGraphJob',
  asks: 'k',
  takesQuery: false,
  selfOnly: true,
  options: ['symmetrize', 'pairs'],
  graphOf(given) {
    const rule = knownSymmetrize(given['symmetrize'] ?? 'mutual');
    if (rule === 'none')
      throw new EngineError(
        'argument',
        "symmetrize: 'none' is for knnGraphJob, whose edges have a direction",
        {
          detail: { option: 'symmetrize' },
        },
      );
    const pairs = oneOf('pairs', given['pairs'] ?? 'both', ['both', 'once']);
    return { rule, pairs, weight: null, prune: 0, countSelf: false };
  },
  destinations: [
    { name: 'from', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'to', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'value', cells: 'values', needed: false, shape: 'edges' },
  ],
  phases: ['search', 'count', 'collect'],
  open(context) {
    const { manifest, threads } = context;
    const { base, graph } = manifest.settings;
    // Which of two edges is the larger is for rules about values, whether or not they are written.
    const lists = keptLists(context, true);
    const filed = once((signal: AbortSignal) => fileEdges(context, lists, signal));
    const wishes = {
      rule: graph?.rule ?? 'mutual',
      once: graph?.pairs === 'once',
      values: true,
      base,
      threads,
    };
    const counts = latestPartitions((edges, partitions, signal) =>
      countEdgeRows(edges, { ...wishes, ...partitions }, { signal }),
    );
    const rows = latestPartitions((edges, partitions, signal) =>
      edgeRows(edges, { ...wishes, ...partitions }, { signal }),
    );
    const counted = countedPhases(context, {
      stores: present([context.destination('from'), context.destination('to'), context.destination('value')]),
      async count(first, end, signal) {
        const { made, from } = await counts(await filed(signal), first, end, signal);
        return countsOfRows(made, first - from, end - from);
      },
      async collect(first, end, signal) {
        const { made, from } = await rows(await filed(signal), first, end, signal);
        return edgesOfRows(made, from, first, end, base);
      },
    });
    return [lists.search, ...counted];
  },
};

/** Calls `make` when it is asked for the first time. */
function once<T>(make: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let made: Promise<T> | undefined;
  return (signal) => (made ??= make(signal));
}

interface Partitions {
  readonly first: number;
  readonly end: number;
}

type MakeRows<T> = (edges: NativeEdges, partitions: Partitions, signal: AbortSignal) => Promise<T>;

/** Edges are made by partitions of rows; blocks of rows are smaller, so that what was made last is used again. */
function latestPartitions<T>(
  make: MakeRows<T>,
): (
  edges: NativeEdges,
  first: number,
  end: number,
  signal: AbortSignal,
) => Promise<{ made: T; from: number }> {
  let latest: (Partitions & { readonly made: T }) | undefined;
  return async (edges, firstRow, endRow, signal) => {
    const { partitionRows } = edges;
    const first = Math.floor(firstRow / partitionRows);
    const end = Math.ceil(endRow / partitionRows);
    if (latest === undefined || first < latest.first || end > latest.end)
      latest = { first, end, made: await make(edges, { first, end }, signal) };
    return { made: latest.made, from: latest.first * partitionRows };
  };
}

/** All lists as edges filed under both of their ends. */
async function fileEdges(context: KindContext, lists: KeptLists, signal: AbortSignal): Promise<NativeEdges> {
  const { k } = lists;
  const { queries: rows } = context.manifest;
  const { threads } = context;
  const edges = makeEdges({ rows, expected: rows * k, values: true, memory: context.graphMemory });
  for await (const { firstRow, index, distance } of lists.blocks(signal))
    await addLists(edges, 'both', firstRow, k, index, distance, { signal, threads });
  return edges;
}
