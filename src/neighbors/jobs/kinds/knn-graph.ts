/** The job that writes the directed graph of the k nearest: k edges for each row, by rank. */
import { evenLayout } from '../edge-layout.js';
import type { JobKind } from '../job-kind.js';
import { mostInBlock } from '../job-kind.js';
import { fromBase, present, sourcesOf } from '../row-numbers.js';

export const knnGraphKind: JobKind = {
  type: 'knn-graph',
  maker: 'knnGraphJob',
  asks: 'k',
  takesQuery: false,
  destinations: [
    { name: 'from', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'to', cells: 'rows', needed: true, shape: 'edges' },
    { name: 'value', cells: 'values', needed: false, shape: 'edges' },
  ],
  phases: ['collect'],
  open(context) {
    const { manifest, searcher } = context;
    const { k, base } = manifest.settings;
    const width = k ?? 1;
    return [
      {
        phase: 'collect',
        stores: present([
          context.destination('from'),
          context.destination('to'),
          context.destination('value'),
        ]),
        layout: evenLayout(width),
        mostRows: mostInBlock(context, width * 32),
        async find(first, end, signal) {
          const { index, distance } = await searcher.nearest(first, end, signal);
          return {
            edges: width,
            values: new Map<string, Float64Array | Uint32Array>([
              ['from', sourcesOf(first, end, width, base)],
              ['to', fromBase(index, base)],
              ['value', distance],
            ]),
          };
        },
      },
    ];
  },
};
