/** The data of the Annoy benchmark: rows in clusters, as embeddings lie, the same in every process; and the true neighbours. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { knn } from 'spillway';

export const columns = 64;
export const clusters = 500;
export const queryCount = 1000;
export const k = 10;

export interface ClusteredData {
  readonly reference: Float32Array;
  readonly queries: Float32Array;
  readonly referenceFile: string;
  readonly queryFile: string;
}

/** Normal enough values from a fixed seed. */
function normal(seed: number): () => number {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return () => (next() + next() + next() + next() - 2) * Math.sqrt(3);
}

/** Around centres that are as far from each other as three times the spread within a cluster. */
function clustered(rows: number, seed: number): Float32Array {
  const centre = normal(77);
  const centres = Float32Array.from({ length: clusters * columns }, () => 3 * centre());
  const spread = normal(seed);
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const cluster = (Math.floor(i / columns) * 7919) % clusters;
    return centres[cluster * columns + (i % columns)]! + spread();
  });
}

export function fileOf(name: string): string {
  const file = path.resolve('build/bench', name);
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

function kept(name: string, make: () => Float32Array): Float32Array {
  const file = fileOf(name);
  if (!existsSync(file)) {
    writeFileSync(`${file}.part`, make());
    renameSync(`${file}.part`, file);
  }
  return new Float32Array(new Uint8Array(readFileSync(file)).buffer);
}

export function clusteredData(rows: number): ClusteredData {
  const names = [`annoy-${rows}x${columns}.f32`, `annoy-queries-${queryCount}x${columns}.f32`] as const;
  const reference = kept(names[0], () => clustered(rows, 1));
  const queries = kept(names[1], () => clustered(queryCount, 2));
  return { reference, queries, referenceFile: fileOf(names[0]), queryFile: fileOf(names[1]) };
}

/** True neighbours, [queries × k] row-major. */
export async function trueNeighbors(rows: number, data: ClusteredData): Promise<Uint32Array> {
  const file = fileOf(`annoy-${rows}x${columns}-true.u32`);
  if (!existsSync(file)) {
    const reference = { data: data.reference, rows, cols: columns };
    const found = await knn(reference, { query: { data: data.queries, rows: queryCount, cols: columns }, k });
    writeFileSync(`${file}.part`, found.index);
    renameSync(`${file}.part`, file);
  }
  return new Uint32Array(new Uint8Array(readFileSync(file)).buffer);
}

/** Share of the true neighbours among those found. */
export function recallOf(found: ArrayLike<number>, truth: Uint32Array): number {
  let right = 0;
  for (let q = 0; q < queryCount; q++) {
    const wanted = new Set(truth.subarray(q * k, (q + 1) * k));
    for (let rank = 0; rank < k; rank++) right += Number(wanted.has(found[q * k + rank]!));
  }
  return right / truth.length;
}
