/** The job that writes the graph of shared nearest neighbours: edges by (from, to), weighed as `snnGraph` does. */
import { EngineError } from '../../../base/engine-error.js';
import type { NativeLists, SharedWeightName, SharedWishes } from '../../../native/graph.js';
import {
  countSharedRows,
  fillLists,
  makeLists,
  sharedRows,
  sharedWeightIds,
  turnLists,
} from '../../../native/graph.js';
import { oneOf } from '../../search-options.js';
import { countedPhases } from '../counted-phases.js';
import { countsOfRows, edgesOfRows } from '../graph-rows.js';
import type { JobKind, KindContext } from '../job-kind.js';
import { checkedFlag } from '../job-options.js';
import { keptLists } from '../kept-lists.js';
import type { KeptLists } from '../kept-lists.js';
import { present } from '../row-numbers.js';

export const snnGraphKind: JobKind = {
  type: 'snn-graph',
  maker: 'snnGraphJob',
  asks: 'k',
  takesQuery: false,
  selfOnly: true,
  options: ['weight', 'prune', 'countSelf', 'pairs'],
  graphOf(given) {
    const { prune = 0 } = given;
    if (typeof prune !== 'number' || !(prune >= 0 && Number.isFinite(prune)))
      throw new EngineError('argument', `prune must be a number of at least 0, not ${String(prune)}`, {
        detail: { option: 'prune' },
      });
    return {
      rule: null,
      pairs: oneOf('pairs', given['pairs'] ?? 'both', ['both', 'once']),
      weight: oneOf('weight', given['weight'] ?? 'count', Object.keys(sharedWeightIds) as SharedWeightName[]),
      prune,
      countSelf: checkedFlag('countSelf', given['countSelf']) ?? true,
    };
  },
  destinations: [
    { name: 'from', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'to', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'value', cells: 'values', needed: false, shape: 'edges' },
  ],
  phases: ['search', 'count', 'collect'],
  open(context) {
    const { base, graph } = context.manifest.settings;
    const lists = keptLists(context, false);
    let turned: Promise<NativeLists> | undefined;
    const ready = (signal: AbortSignal): Promise<NativeLists> =>
      (turned ??= turnedLists(context, lists, signal));
    const wishes = (first: number, end: number): SharedWishes => ({
      weight: graph?.weight ?? 'count',
      prune: graph?.prune ?? 0,
      withSelf: graph?.countSelf ?? true,
      once: graph?.pairs === 'once',
      values: true,
      base,
      threads: context.threads,
      first,
      end,
    });
    const counted = countedPhases(context, {
      stores: present([context.destination('from'), context.destination('to'), context.destination('value')]),
      async count(first, end, signal) {
        const made = await countSharedRows(await ready(signal), wishes(first, end), { signal });
        return countsOfRows(made, 0, end - first);
      },
      async collect(first, end, signal) {
        const made = await sharedRows(await ready(signal), wishes(first, end), { signal });
        return edgesOfRows(made, first, first, end, base);
      },
    });
    return [lists.search, ...counted];
  },
};

/** All lists in the engine, and who has whom. */
async function turnedLists(context: KindContext, kept: KeptLists, signal: AbortSignal): Promise<NativeLists> {
  const { queries: rows, settings } = context.manifest;
  const { threads, graphMemory: memory } = context;
  const lists = makeLists({ rows, k: kept.k, ranks: settings.graph?.weight === 'rank', memory });
  for await (const { firstRow, index } of kept.blocks(signal))
    await fillLists(lists, firstRow, index, { signal, threads });
  await turnLists(lists, { signal, threads });
  return lists;
}
