/** The first phase of jobs that make a graph of lists: the k nearest of every row, kept beside the checkpoint. */
import { throwIfCancelled } from '../../base/cancel.js';
import { evenLayout } from './edge-layout.js';
import type { KindContext } from './job-kind.js';
import { mostInBlock } from './job-kind.js';
import type { JobStore } from './job-store.js';
import type { PhasePlan } from './phase-plan.js';
import { present } from './row-numbers.js';

/** Neighbours of some rows, k cells each; `noNeighbor` is none. */
export interface KeptBlock {
  readonly firstRow: number;
  readonly index: Uint32Array;
  /** If they were kept. */
  readonly distance: Float64Array | null;
}

export interface KeptLists {
  readonly k: number;
  readonly search: PhasePlan;
  /** All lists, in order; after the search. */
  blocks(signal: AbortSignal): AsyncGenerator<KeptBlock>;
}

/** Bytes of a cell: row number and distance, found and on their way. */
const cellBytes = 24;

export function keptLists(context: KindContext, withDistances: boolean): KeptLists {
  const { manifest, searcher } = context;
  const k = manifest.settings.k ?? 1;
  const lists = context.sideFile('search', { name: 'lists', width: k, cells: 'uint32' });
  const distances = withDistances
    ? context.sideFile('search', { name: 'distances', width: k, cells: 'float64' })
    : undefined;
  const mostRows = mostInBlock(context, k * cellBytes);
  return {
    k,
    search: {
      phase: 'search',
      stores: present([lists, distances]),
      layout: evenLayout(k),
      mostRows,
      async find(first, end, signal) {
        const { index, distance } = await searcher.nearest(first, end, signal);
        return {
          edges: k,
          values: new Map<string, Float64Array | Uint32Array>([
            ['lists', index],
            ['distances', distance],
          ]),
        };
      },
    },
    async *blocks(signal) {
      for (let first = 0; first < manifest.queries; first += mostRows) {
        throwIfCancelled(signal);
        const end = Math.min(manifest.queries, first + mostRows);
        const index = (await lists.read(first, end)) as Uint32Array;
        const distance = await distancesOf(distances, first, end);
        yield { firstRow: first, index, distance };
      }
    },
  };
}

async function distancesOf(
  store: JobStore | undefined,
  first: number,
  end: number,
): Promise<Float64Array | null> {
  return store === undefined ? null : ((await store.read(first, end)) as Float64Array);
}
