/** The job that writes the graph of all rows within a radius of each other: edges by (from, distance, to). */
import { countedPhases } from '../counted-phases.js';
import type { JobKind } from '../job-kind.js';
import { fromBase, present, sourcesOf } from '../row-numbers.js';

export const radiusGraphKind: JobKind = {
  type: 'radius-graph',
  maker: 'radiusGraphJob',
  asks: 'radius',
  takesQuery: false,
  destinations: [
    { name: 'from', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'to', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'value', cells: 'values', needed: false, shape: 'edges' },
  ],
  phases: ['count', 'collect'],
  open(context) {
    const { manifest, searcher } = context;
    const { base } = manifest.settings;
    return countedPhases(context, {
      stores: present([context.destination('from'), context.destination('to'), context.destination('value')]),
      count: (first, end, signal) => searcher.count(first, end, signal),
      async collect(first, end, signal) {
        const found = await searcher.within(first, end, signal);
        const counts = Uint32Array.from(found.counts);
        return {
          edges: counts,
          values: new Map<string, Float64Array | Uint32Array>([
            ['from', sourcesOf(first, end, counts, base)],
            ['to', fromBase(found.index, base)],
            ['value', found.distance],
          ]),
        };
      },
    });
  },
};
