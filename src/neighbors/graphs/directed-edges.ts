/** The edges of a directed kNN graph as three arrays, straight from the lists: by (from, rank). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { noNeighbor } from '../../native/neighbors.js';
import { countFromOne } from '../results.js';
import type { EdgeValue } from './graph-options.js';
import type { EdgeValues } from './graph.js';
import type { ListBlock } from './list-blocks.js';

/** Edges as three arrays. */
export interface EdgeArrays {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly value: EdgeValues;
}

/** Cells handled in one go. */
const stepCells = 1 << 20;

/** The row of every cell: k times the first, k times the next … */
export async function rowOfCells(firstRow: number, cells: number, k: number): Promise<Uint32Array> {
  const from = new Uint32Array(cells);
  const step = Math.max(1, Math.floor(stepCells / k)) * k;
  for (let first = 0; first < cells; first += step) {
    const end = Math.min(cells, first + step);
    for (let cell = first; cell < end; cell += k) from.fill(firstRow + cell / k, cell, cell + k);
    if (end < cells) await nextTurn();
  }
  return from;
}

/** The edges without the cells that hold no neighbour, moved together where they are. */
async function withoutGaps({ from, to, value }: EdgeArrays): Promise<EdgeArrays> {
  let kept = 0;
  for (let first = 0; first < to.length; first += stepCells) {
    const end = Math.min(to.length, first + stepCells);
    for (let cell = first; cell < end; cell++) {
      if (to[cell] === noNeighbor) continue;
      if (kept !== cell) {
        to[kept] = to[cell]!;
        from[kept] = from[cell]!;
        if (value !== null) value[kept] = value[cell]!;
      }
      kept += 1;
    }
    await nextTurn();
  }
  if (kept === to.length) return { from, to, value };
  return { from: from.slice(0, kept), to: to.slice(0, kept), value: value?.slice(0, kept) ?? null };
}

/** @param gaps whether there may be cells without a neighbour */
export async function directedEdges(
  blocks: AsyncIterable<ListBlock>,
  rows: number,
  k: number,
  value: EdgeValue,
  base: 0 | 1,
  gaps: boolean,
): Promise<EdgeArrays> {
  let to = new Uint32Array(0);
  let distances: Float64Array | null = null;
  for await (const { firstRow, index, distance } of blocks) {
    // One block is the whole graph: its arrays are the graph's.
    if (index.length === rows * k) {
      to = index as Uint32Array<ArrayBuffer>;
      distances = distance;
      continue;
    }
    if (firstRow === 0) {
      to = new Uint32Array(rows * k);
      if (value === 'distance') distances = new Float64Array(rows * k);
    }
    to.set(index, firstRow * k);
    if (value === 'distance') distances?.set(distance, firstRow * k);
  }
  const from = await rowOfCells(base, to.length, k);
  if (base === 1) await countFromOne(to);
  const values =
    value === 'distance' ? distances : value === 'one' ? new Float64Array(to.length).fill(1) : null;
  const edges = { from, to, value: values };
  return gaps ? withoutGaps(edges) : edges;
}
