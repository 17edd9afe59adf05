/** Numbers of rows as jobs write them: counted from the base, each as often as it has edges. */
import { noNeighbor } from '../../native/neighbors.js';
import type { EdgesOfRows } from './edge-layout.js';
import { edgesBetween } from './edge-layout.js';

/** The same numbers counted from `base`; what is no neighbour stays so. */
export function fromBase(index: Uint32Array, base: number): Uint32Array {
  if (base === 0) return index;
  const numbers = new Uint32Array(index.length);
  for (let i = 0; i < index.length; i++) {
    const row = index[i]!;
    numbers[i] = row === noNeighbor ? noNeighbor : row + base;
  }
  return numbers;
}

/** The number of each row, once for each of its edges. */
export function sourcesOf(first: number, end: number, edges: EdgesOfRows, base: number): Uint32Array {
  const from = new Uint32Array(edgesBetween(edges, 0, end - first));
  let at = 0;
  for (let row = first; row < end; row++) {
    const next = at + (typeof edges === 'number' ? edges : edges[row - first]!);
    from.fill(row + base, at, next);
    at = next;
  }
  return from;
}

/** Stores that there are, in the order of `names`. */
export function present<T>(stores: readonly (T | undefined)[]): readonly T[] {
  return stores.filter((store) => store !== undefined);
}
