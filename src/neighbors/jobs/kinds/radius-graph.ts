/** The job that writes the graph of all rows within a radius of each other: edges by (from, to). */
import { oneOf } from '../../search-options.js';
import { countedPhases } from '../counted-phases.js';
import { edgesByRow } from '../edges-by-row.js';
import type { JobKind } from '../job-kind.js';
import { fromBase, present, sourcesOf } from '../row-numbers.js';

export const radiusGraphKind: JobKind = {
  type: 'radius-graph',
  maker: 'radiusGraphJob',
  asks: 'radius',
  takesQuery: false,
  selfOnly: true,
  options: ['pairs'],
  graphOf: (given) => ({
    rule: null,
    pairs: oneOf('pairs', given['pairs'] ?? 'both', ['both', 'once']),
    weight: null,
    prune: 0,
    countSelf: false,
  }),
  destinations: [
    { name: 'from', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'to', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'value', cells: 'values', needed: false, shape: 'edges' },
  ],
  phases: ['count', 'collect'],
  open(context) {
    const { manifest, searcher } = context;
    const { base, graph } = manifest.settings;
    const once = graph?.pairs === 'once';
    return countedPhases(context, {
      stores: present([context.destination('from'), context.destination('to'), context.destination('value')]),
      async count(first, end, signal) {
        if (!once) return searcher.count(first, end, signal);
        return (await edgesByRow(await searcher.within(first, end, signal), first, true)).counts;
      },
      async collect(first, end, signal) {
        const found = await searcher.within(first, end, signal);
        const { counts, to, value } = await edgesByRow(found, first, once);
        return {
          edges: counts,
          values: new Map<string, Float64Array | Uint32Array>([
            ['from', sourcesOf(first, end, counts, base)],
            ['to', fromBase(to, base)],
            ['value', value],
          ]),
        };
      },
    });
  },
};
