/** Points for indexes that are damaged, killed and rebuilt, and what a search in one of them answers. */
import type { AnnoyIndex } from '../../src/index.js';

/** Numbers that are the same in every run, below `limit`. */
export function sequence(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

export interface Points {
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

/** Rows between −1 and 1. */
export function makePoints(rows: number, cols: number, seed = 42): Points {
  const next = sequence(seed);
  return { data: Float64Array.from({ length: rows * cols }, () => next(2 ** 24) / 2 ** 23 - 1), rows, cols };
}

/** A few questions, and the answers as text. */
export async function answersOf(index: AnnoyIndex): Promise<string> {
  const query = makePoints(12, index.dimension, 7);
  const found = await index.search(query, { k: 6, searchK: 150 });
  return JSON.stringify([[...found.index], [...found.distance]]);
}
