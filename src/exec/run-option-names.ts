/** The names of the options of every run, so that a mistyped one is an error and not a silence. */
import type { RunOptions } from './run-options.js';

const all: { readonly [K in keyof Required<RunOptions>]: true } = {
  signal: true,
  onProgress: true,
  memory: true,
  threads: true,
  maxSpill: true,
  tempDir: true,
  int64: true,
  dates: true,
  batchRows: true,
  rules: true,
  forceSpill: true,
  equalHashes: true,
  morselPages: true,
};

/** Complete: the compiler checks it. */
export const runOptionNames = Object.keys(all) as readonly (keyof RunOptions)[];
