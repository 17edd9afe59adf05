/** The namespace `folds`: every ready fold, each in a file of its own. */
import { all } from './all.js';
import { count } from './count.js';
import { covariance } from './covariance.js';
import { crossprod } from './crossprod.js';
import { distinct } from './distinct.js';
import { distinctSketch } from './distinct-sketch.js';
import { histogram } from './histogram.js';
import { median } from './median.js';
import { moments } from './moments.js';
import { quantileSketch } from './quantile-sketch.js';
import { reservoir } from './reservoir.js';
import { sums } from './sums.js';
import { topK } from './top-k.js';

/**
 * Ready-made folds: run by the engine in parallel, in one pass, in bounded memory; over columns or expressions.
 *
 * @example const { rows } = await flights.collectChunked(folds.all({ rows: folds.count() }))
 */
export const folds = Object.freeze({
  all,
  count,
  covariance,
  crossprod,
  distinct,
  distinctSketch,
  histogram,
  median,
  moments,
  quantileSketch,
  reservoir,
  sums,
  topK,
});
