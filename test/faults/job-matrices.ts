/** A folder with a reference and destinations for jobs, and what is in it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createMatrix } from '../../src/index.js';

/** Rows of the reference, uniform in the unit square. */
export const jobRows = 600;

function uniform(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** Makes the folder with all that any way of `run-job.mjs` needs. */
export function makeJobFolder(folder: string): void {
  mkdirSync(folder);
  const next = uniform();
  const make = (
    name: string,
    rows: number,
    cols: number,
    type: 'int32' | 'float64',
    data?: Float64Array,
  ): void => {
    createMatrix(join(folder, name), { rows, cols, type, ...(data === undefined ? {} : { data }) }).close();
  };
  make('ref', jobRows, 2, 'float64', Float64Array.from({ length: jobRows * 2 }, next));
  const edges = jobRows * 20;
  make('index', jobRows * 20, 1, 'int32');
  make('distance', jobRows * 20, 1, 'float64');
  make('offset', jobRows + 1, 1, 'float64');
  make('from', edges, 1, 'float64');
  make('to', edges, 1, 'int32');
  make('value', edges, 1, 'float64');
}
