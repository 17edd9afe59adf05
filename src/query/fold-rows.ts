/** `collectChunked`, `chunkFeeder` and `explain` of folds, as queries and shards have them: options checked by name. */
import { ChunkFeeder } from '../folds/chunk-feeder.js';
import { algebraNames } from '../folds/fold-declaration.js';
import type { RunOptions } from '../exec/run-options.js';
import type { FoldOptions } from '../folds/collect-chunked.js';
import { collectChunked, foldOptionNames } from '../folds/collect-chunked.js';
import { explainFold } from '../folds/explain-fold.js';
import type { FoldTarget, Foldable } from '../folds/fold-target.js';
import { foldTarget } from '../folds/fold-target.js';
import { runOptionsOf } from './option-names.js';

/** The algebra of an `update` function is among its options. */
function namesFor(fold: unknown): readonly string[] {
  return typeof fold === 'function' ? [...foldOptionNames, ...algebraNames] : foldOptionNames;
}

export async function foldRows(rows: Foldable, fold: unknown, options: unknown): Promise<unknown> {
  const known = runOptionsOf(options as FoldOptions | undefined, 'collectChunked', namesFor(fold));
  return collectChunked(rows[foldTarget](), fold, known);
}

export function feedRows(rows: Foldable, options: unknown): ChunkFeeder {
  return new ChunkFeeder(rows[foldTarget](), runOptionsOf(options as RunOptions | undefined, 'chunkFeeder'));
}

/** The plan of the rows; with `fold` also how that would be folded. */
export async function explainRows(target: FoldTarget, options: unknown): Promise<string> {
  const fold = (options as { readonly fold?: unknown } | null | undefined)?.fold;
  const more = fold === undefined ? ['run', 'fold'] : ['run', 'fold', ...namesFor(fold)];
  const known = runOptionsOf(options as FoldOptions & { readonly run?: boolean }, 'explain', more);
  const plan = await target.executor.explain(target.plan, known);
  return fold === undefined ? plan : `${plan}\n\n${await explainFold(target, fold, known)}`;
}
