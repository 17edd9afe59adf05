/** The searches that are compared, and their data: independent normal values, the same in every process. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Shape {
  readonly name: string;
  readonly rows: number;
  /** 0: every row against all others. */
  readonly queries: number;
  readonly columns: number;
  readonly k: number;
  /** Lists of everything within this, instead of k neighbours: about 20 a query. */
  readonly radius?: number;
}

export const shapes: readonly Shape[] = [
  { name: '1m-1k-128', rows: 1_000_000, queries: 1000, columns: 128, k: 10 },
  { name: '50k-1k-768', rows: 50_000, queries: 1000, columns: 768, k: 10 },
  { name: '100k-10k-32', rows: 100_000, queries: 10_000, columns: 32, k: 10 },
  { name: '100k-10k-8', rows: 100_000, queries: 10_000, columns: 8, k: 10 },
  { name: '100k-10k-3', rows: 100_000, queries: 10_000, columns: 3, k: 10 },
  { name: 'self-50k-16', rows: 50_000, queries: 0, columns: 16, k: 10 },
  { name: 'one-1m-128', rows: 1_000_000, queries: 1, columns: 128, k: 10 },
  { name: 'radius-100k-10k-8', rows: 100_000, queries: 10_000, columns: 8, k: 10, radius: 1.05 },
  { name: 'radius-100k-10k-32', rows: 100_000, queries: 10_000, columns: 32, k: 10, radius: 4.7 },
];

/** Queries whose answers are compared. */
export const comparedQueries = 20;

/** Normal values from a fixed seed: sums of four uniform ones, which is near enough and the same everywhere. */
function values(count: number, seed: number): Float32Array {
  const out = new Float32Array(count);
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < count; i++) out[i] = (next() + next() + next() + next() - 2) * Math.sqrt(3);
  return out;
}

function kept(name: string, count: number, seed: number): Float32Array {
  const file = path.resolve('build/bench', name);
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.part`, values(count, seed));
    renameSync(`${file}.part`, file);
  }
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, count);
}

export interface ShapeData {
  readonly reference: Float32Array;
  readonly queries: Float32Array;
  /** Files of the same values, for peers in other languages. */
  readonly referenceFile: string;
  readonly queryFile: string;
}

/** Reference and queries, row-major; queries are the reference itself when the shape says so. */
export function shapeData({ rows, queries, columns }: Shape): ShapeData {
  const referenceFile = `knn-${rows}x${columns}.f32`;
  const reference = kept(referenceFile, rows * columns, 1);
  if (queries === 0) return { reference, queries: reference, referenceFile, queryFile: referenceFile };
  const queryFile = `knn-${queries}x${columns}-queries.f32`;
  return { reference, queries: kept(queryFile, queries * columns, 2), referenceFile, queryFile };
}

/** What engines must agree on: distances (not squared) of the first queries, and with a radius how many there are. */
export function summary(distances: readonly (readonly number[])[], counts: readonly number[] = []): number[] {
  return [...counts.slice(0, comparedQueries), ...distances.slice(0, comparedQueries).flat()];
}
