/** qrSolve: least squares by Householder reflections. */
import { EngineError } from '../../base/engine-error.js';
import type { Matrix } from '../../data/matrix.js';
import { likeInput, matrixOf, shapeError, shapeOf } from './matrix-input.js';
import type { MatrixInput, Vector } from './matrix-input.js';

/**
 * The b that makes Σ (y − x b)² least, without ever squaring the condition of x. A list y gives a list.
 *
 * @throws EngineError `argument` for shapes that do not fit or fewer rows than columns, `data` for columns that depend on
 *   those before them: detail.pivot is the first (from 0)
 * @example linalg.qrSolve(table.matrix(['x'], { intercept: true }), table.matrix(['y']))
 */
export function qrSolve(x: MatrixInput, y: Vector): Float64Array;
export function qrSolve(x: MatrixInput, y: MatrixInput): Matrix;
export function qrSolve(x: MatrixInput, y: MatrixInput): Matrix | Float64Array {
  const given = matrixOf(x, 'qrSolve x');
  const right = matrixOf(y, 'qrSolve y');
  const [n, p, q] = [given.rows, given.cols, right.cols];
  if (right.rows !== n)
    throw shapeError(`qrSolve takes as many rows in y as in x: x is ${shapeOf(given)}, y ${shapeOf(right)}`);
  if (n < p) throw shapeError(`qrSolve takes at least as many rows as columns; x is ${shapeOf(given)}`);
  const r = Float64Array.from(given.data);
  const z = Float64Array.from(right.data);
  const diagonal = new Float64Array(p);
  for (let k = 0; k < p; k++) {
    const whole = norm(given.data, n, p, k, 0);
    const left = norm(r, n, p, k, k);
    // Written so that NaN fails too.
    if (!(left > n * 2 ** -52 * whole)) throw dependent(k, whole);
    const head = r[k * p + k]!;
    diagonal[k] = head > 0 ? -left : left;
    // v = column − diagonal e₁; reflecting is subtracting v (v·c) / (v·v / 2).
    r[k * p + k] = head - diagonal[k]!;
    const half = -diagonal[k]! * r[k * p + k]!;
    for (let j = k + 1; j < p; j++) reflect(r, p, k, half, r, p, j);
    for (let j = 0; j < q; j++) reflect(r, p, k, half, z, q, j);
  }
  const out = new Float64Array(p * q);
  for (let k = p - 1; k >= 0; k--) {
    for (let j = 0; j < q; j++) {
      let value = z[k * q + j]!;
      for (let i = k + 1; i < p; i++) value -= r[k * p + i]! * out[i * q + j]!;
      out[k * q + j] = value / diagonal[k]!;
    }
  }
  return likeInput({ data: out, rows: p, cols: q }, y);

  /** Reflects column j of `a` by the vector that stands in column k of `v` from row k on. */
  function reflect(
    v: Float64Array,
    vCols: number,
    k: number,
    half: number,
    a: Float64Array,
    aCols: number,
    j: number,
  ): void {
    let dot = 0;
    for (let i = k; i < n; i++) dot += v[i * vCols + k]! * a[i * aCols + j]!;
    const factor = dot / half;
    for (let i = k; i < n; i++) a[i * aCols + j]! -= factor * v[i * vCols + k]!;
  }
}

/** Length of column k from a row on, safe from overflow. */
function norm(a: Float64Array, rows: number, cols: number, k: number, from: number): number {
  let largest = 0;
  for (let i = from; i < rows; i++) {
    const size = Math.abs(a[i * cols + k]!);
    if (Number.isNaN(size)) return NaN;
    largest = Math.max(largest, size);
  }
  if (largest === 0 || largest === Infinity) return largest;
  let sum = 0;
  for (let i = from; i < rows; i++) sum += (a[i * cols + k]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

function dependent(pivot: number, size: number): EngineError {
  const what = Number.isFinite(size) ? 'depends on those before it' : 'has NaN or an infinity';
  return new EngineError('data', `qrSolve: column ${String(pivot)} of x ${what}`, { detail: { pivot } });
}
