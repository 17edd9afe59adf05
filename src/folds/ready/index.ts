/** The namespace `folds`: every ready fold, each in a file of its own. */
import { all } from './all.js';
import { count } from './count.js';
import { crossprod } from './crossprod.js';
import { distinct } from './distinct.js';
import { median } from './median.js';

/**
 * Ready-made folds: run by the engine in parallel, in one pass, in bounded memory; over columns or expressions.
 *
 * @example const { rows } = await flights.collectChunked(folds.all({ rows: folds.count() }))
 */
export const folds = Object.freeze({
  all,
  count,
  crossprod,
  distinct,
  median,
});
