/** Matrices from rows, of zeros, of ones along the diagonal. */
import type { Matrix } from '../../data/matrix.js';
import { isCount, matrixOf, shapeError } from './matrix-input.js';
import type { MatrixInput } from './matrix-input.js';

/**
 * A matrix of rows.
 *
 * @throws EngineError `argument` for rows of different lengths or what is no number
 * @example linalg.matrix([[1, 2], [3, 4]])
 */
export function matrix(rows: readonly (readonly number[] | Float64Array)[]): Matrix {
  const given: unknown = rows;
  if (!Array.isArray(given)) throw shapeError('matrix takes rows: matrix([[1, 2], [3, 4]])');
  const lists = given.map(numbersOf);
  const cols = lists[0]?.length ?? 0;
  const data = new Float64Array(lists.length * cols);
  lists.forEach((row, i) => {
    if (row?.length !== cols)
      throw shapeError(
        `matrix takes rows of numbers, all of one length; row ${String(i)} is not like row 0 of ${String(cols)} numbers`,
      );
    data.set(row, i * cols);
  });
  return { data, rows: lists.length, cols };
}

function numbersOf(row: unknown): readonly number[] | Float64Array | undefined {
  if (row instanceof Float64Array) return row;
  return Array.isArray(row) && row.every((value) => typeof value === 'number') ? row : undefined;
}

/** @example linalg.zeros(2, 2) // where a fold begins */
export function zeros(rows: number, cols: number): Matrix {
  if (!isCount(rows) || !isCount(cols)) throw shapeError('zeros takes a number of rows and one of columns');
  return { data: new Float64Array(rows * cols), rows, cols };
}

/** Ones along the diagonal. */
export function identity(size: number): Matrix {
  const result = zeros(size, size);
  for (let i = 0; i < size; i++) result.data[i * size + i] = 1;
  return result;
}

/** The rows of a matrix, each an array: the other way from `matrix`. @example linalg.rows(linalg.identity(2)) // => [[1, 0], [0, 1]] */
export function rows(a: MatrixInput): number[][] {
  const { data, rows: count, cols } = matrixOf(a, 'rows a');
  return Array.from({ length: count }, (_, i) => Array.from(data.subarray(i * cols, (i + 1) * cols)));
}
