/** Rows for tests of Annoy indexes: in clusters, the same in every run, exact as floats. */

/** Numbers from 0 up to 1, always the same ones. */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** [rows × cols] in so many clusters. */
export function clusteredRows(rows: number, cols: number, clusters = 10, seed = 42): Float32Array {
  const next = numbersFrom(seed);
  const centres = Array.from({ length: clusters * cols }, () => 10 * next() - 5);
  return Float32Array.from({ length: rows * cols }, (_, at) => {
    const cluster = Math.floor(at / cols) % clusters;
    return centres[cluster * cols + (at % cols)]! + next() + next() - 1;
  });
}

/** The same as arrays. */
export function asArrays(data: Float32Array, cols: number): number[][] {
  return Array.from({ length: data.length / cols }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]);
}

/** Five points of a plane, and two to ask for. */
export const fiveRows = [
  [0, 0],
  [5, 0],
  [0, 5],
  [5, 5],
  [9, 9],
];
export const twoQueries = [
  [0.2, 0.1],
  [4.7, 5.1],
];
