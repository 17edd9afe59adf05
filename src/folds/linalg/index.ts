/** The namespace `linalg`: small matrices, for folds written by hand. */
import { identity, matrix, rows, zeros } from './make-matrix.js';
import { add, crossprod, multiply, transpose } from './products.js';
import { qrSolve } from './qr-solve.js';
import { solve } from './solve.js';

/**
 * Linear algebra of small matrices in memory, in float64. A matrix is plain data, `{ data, rows, cols }`; a list of numbers is
 * one of one column.
 *
 * @example
 * const xtx = await q.collectChunked((acc, batch) => linalg.add(acc, linalg.crossprod(batch.matrix(['x', 'z']))), {
 *   init: linalg.zeros(2, 2), combine: linalg.add,
 * })
 */
export const linalg = Object.freeze({
  add,
  crossprod,
  identity,
  matrix,
  multiply,
  qrSolve,
  rows,
  solve,
  transpose,
  zeros,
});
