/** Rows that benchmarks make up: the same for the same seed, on every machine. */
import type { AnnoyMetric } from '../../../data/annoy-metric.js';
import type { DenseRows } from '../../points-of-rows.js';

/** Numbers from 0 up to 1, by a generator of 32 bits. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Nearly normal values: sums of four uniform ones, so that no function of the C library is involved; bits for `hamming`. */
export function randomRows(metric: AnnoyMetric, rows: number, cols: number, seed: number): DenseRows {
  const next = generator(seed);
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < data.length; i++) {
    const value = (next() + next() + next() + next() - 2) * Math.sqrt(3);
    data[i] = metric === 'hamming' ? Number(value > 0) : value;
  }
  return { data, rows, cols };
}
