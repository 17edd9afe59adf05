/** The job that writes the k nearest rows of each query: two matrices, a row for each query. */
import { evenLayout } from '../edge-layout.js';
import type { JobKind } from '../job-kind.js';
import { mostInBlock } from '../job-kind.js';
import { fromBase, present } from '../row-numbers.js';

export const knnKind: JobKind = {
  type: 'knn',
  maker: 'knnJob',
  asks: 'k',
  takesQuery: true,
  destinations: [
    { name: 'index', cells: 'rows', needed: true, shape: 'queries × k' },
    { name: 'distance', cells: 'values', needed: false, shape: 'queries × k' },
  ],
  phases: ['collect'],
  open(context) {
    const { manifest, searcher } = context;
    const { k, base } = manifest.settings;
    const width = k ?? 1;
    return [
      {
        phase: 'collect',
        stores: present([context.destination('index'), context.destination('distance')]),
        layout: evenLayout(width),
        mostRows: mostInBlock(context, width * 24),
        async find(first, end, signal) {
          const { index, distance } = await searcher.nearest(first, end, signal);
          return {
            edges: width,
            values: new Map<string, Float64Array | Uint32Array>([
              ['index', fromBase(index, base)],
              ['distance', distance],
            ]),
          };
        },
      },
    ];
  },
};
