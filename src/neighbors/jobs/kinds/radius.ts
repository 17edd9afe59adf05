/** The job that writes every row within a radius of each query: flat lists, and where each query's part begins. */
import { countedPhases } from '../counted-phases.js';
import type { JobKind } from '../job-kind.js';
import { fromBase, present } from '../row-numbers.js';

export const radiusKind: JobKind = {
  type: 'radius',
  maker: 'radiusJob',
  asks: 'radius',
  takesQuery: true,
  destinations: [
    { name: 'index', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'distance', cells: 'values', needed: false, shape: 'edges' },
    { name: 'offset', cells: 'offsets', needed: true, shape: 'queries + 1' },
  ],
  phases: ['count', 'collect'],
  open(context) {
    const { manifest, searcher } = context;
    return countedPhases(context, {
      stores: present([context.destination('index'), context.destination('distance')]),
      offset: context.destination('offset'),
      count: (first, end, signal) => searcher.count(first, end, signal),
      async collect(first, end, signal) {
        const { counts, index, distance } = await searcher.within(first, end, signal);
        return {
          edges: Uint32Array.from(counts),
          values: new Map<string, Float64Array | Uint32Array>([
            ['index', fromBase(index, manifest.settings.base)],
            ['distance', distance],
          ]),
        };
      },
    });
  },
};
