/** What the functions of `linalg` take as a matrix, and how it is checked. */
import { EngineError } from '../../base/engine-error.js';
import { describe } from '../../data/build-column.js';
import type { Matrix } from '../../data/matrix.js';

/** A list of numbers: a matrix of one column. */
export type Vector = Float64Array | readonly number[];

export type MatrixInput = Matrix | Vector;

export function isVector(value: unknown): value is Vector {
  return value instanceof Float64Array || Array.isArray(value);
}

/**
 * @param where what takes it, for messages: `solve a`
 * @throws EngineError `argument` for what is no matrix or does not have rows × cols numbers
 */
export function matrixOf(value: unknown, where: string): Matrix {
  if (value instanceof Float64Array) return { data: value, rows: value.length, cols: 1 };
  if (Array.isArray(value)) {
    const bad = (value as unknown[]).findIndex((v) => typeof v !== 'number');
    if (bad >= 0)
      throw shapeError(
        `${where}: number ${String(bad)} of the list is ${describe((value as unknown[])[bad])}` +
          (Array.isArray(value[bad]) ? '; linalg.matrix makes a matrix of rows' : ''),
      );
    return { data: Float64Array.from(value as number[]), rows: value.length, cols: 1 };
  }
  if (!isMatrix(value))
    throw shapeError(
      `${where} must be a matrix (linalg.matrix, table.matrix) or a list of numbers, not ${describe(value)}`,
    );
  const { data, rows, cols } = value;
  if (data.length !== rows * cols)
    throw shapeError(`${where} has ${String(data.length)} numbers, and its shape is ${shapeOf(value)}`);
  return value;
}

function isMatrix(value: unknown): value is Matrix {
  if (typeof value !== 'object' || value === null) return false;
  const { data, rows, cols } = value as Partial<Matrix>;
  return data instanceof Float64Array && isCount(rows) && isCount(cols);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function shapeOf({ rows, cols }: Matrix): string {
  return `${String(rows)} × ${String(cols)}`;
}

export function shapeError(message: string): EngineError {
  return new EngineError('argument', message);
}

/** A result: a list where a list was given, else a matrix. */
export function likeInput(result: Matrix, input: unknown): Matrix | Float64Array {
  return isVector(input) ? result.data : result;
}
