/** A folder for the matrices and checkpoints of tests of jobs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { MatrixType } from '../../../src/index.js';
import { createMatrix, openMatrix } from '../../../src/index.js';

/** A folder that is gone when the test file has ended, and paths in it. */
export function jobFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'jobs-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (name) => join(folder, name);
}

/** Uniform numbers between 0 and 1, always the same. */
export function uniform(count: number, seed = 1): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  });
}

/** Makes a single column, or a matrix, and answers the path of its descriptor. */
export function made(path: string, rows: number, type: MatrixType = 'float64', cols = 1): string {
  createMatrix(path, { rows, cols, type, overwrite: true }).close();
  return `${path}.desc`;
}

/** Values of a matrix, row by row; the first `rows` rows. */
export async function valuesOf(path: string, rows?: number): Promise<number[]> {
  const matrix = openMatrix(path, { readOnly: true });
  try {
    const { data } = await matrix.read(rows === undefined ? {} : { rows: { first: 0, end: rows } });
    return [...data];
  } finally {
    matrix.close();
  }
}
