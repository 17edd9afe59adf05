/** `collectChunked` and `chunkFeeder` as queries and shards have them: options checked by name, then handed on. */
import { ChunkFeeder } from '../folds/chunk-feeder.js';
import { algebraNames } from '../folds/fold-declaration.js';
import type { RunOptions } from '../exec/run-options.js';
import type { FoldOptions } from '../folds/collect-chunked.js';
import { collectChunked, foldOptionNames } from '../folds/collect-chunked.js';
import type { Foldable } from '../folds/fold-target.js';
import { foldTarget } from '../folds/fold-target.js';
import { runOptionsOf } from './option-names.js';

/** The algebra of an `update` function is among its options. */
export async function foldRows(rows: Foldable, fold: unknown, options: unknown): Promise<unknown> {
  const more = typeof fold === 'function' ? [...foldOptionNames, ...algebraNames] : foldOptionNames;
  const known = runOptionsOf(options as FoldOptions | undefined, 'collectChunked', more);
  return collectChunked(rows[foldTarget](), fold, known);
}

export function feedRows(rows: Foldable, options: unknown): ChunkFeeder {
  return new ChunkFeeder(rows[foldTarget](), runOptionsOf(options as RunOptions | undefined, 'chunkFeeder'));
}
