/** Columns of a table as one row-major matrix: some rows at a time, so that what is written stays near. */
import { EngineError } from '../base/engine-error.js';
import { bitAt } from './bitmap.js';
import type { ColumnData, NumberArray } from './column.js';
import { isValid } from './column.js';
import type { Matrix } from './matrix.js';
import { isNumeric, typeName } from './types.js';

/** Rows written in one go, column after column. */
const blockRows = 512;

/** Writes rows `from` … `end` of a column to where its numbers stand in a matrix of so many columns. */
type Fill = (data: Float64Array, at: number, cols: number, from: number, end: number) => void;

/**
 * @param columns with their names; the first column of the matrix is one of ones if `intercept`
 * @throws EngineError `type` for a column that holds no numbers, `data` at a null or an integer beyond 2^53
 */
export function matrixOfColumns(
  rows: number,
  columns: readonly (readonly [name: string, column: ColumnData])[],
  intercept: boolean,
): Matrix {
  const fills = [
    ...(intercept ? [ones] : []),
    ...columns.map(([name, column]) => fillOf(name, column, rows)),
  ];
  const cols = fills.length;
  const data = new Float64Array(rows * cols);
  for (let from = 0; from < rows; from += blockRows) {
    const end = Math.min(rows, from + blockRows);
    fills.forEach((fill, j) => {
      fill(data, from * cols + j, cols, from, end);
    });
  }
  return { data, rows, cols };
}

const ones: Fill = (data, at, cols, from, end) => {
  for (let r = from, to = at; r < end; r++, to += cols) data[to] = 1;
};

function fillOf(name: string, column: ColumnData, rows: number): Fill {
  if (column.layout !== 'bits' && !(column.layout === 'fixed' && isNumeric(column.type))) {
    throw new EngineError(
      'type',
      `matrix needs numbers; column ${JSON.stringify(name)} is ${typeName(column.type)}`,
      { detail: { column: name } },
    );
  }
  if (column.nullCount > 0) {
    for (let r = 0; r < rows; r++) if (!isValid(column, r)) throw badValue(name, r, 'null');
  }
  if (column.layout === 'bits') {
    const { bits } = column;
    return (data, at, cols, from, end) => {
      for (let r = from, to = at; r < end; r++, to += cols) data[to] = Number(bitAt(bits, r));
    };
  }
  const { values } = column;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return fillWide(name, values);
  return values instanceof Float64Array ? fillFloats(values) : fillNumbers(values);
}

/** Apart from the others: a loop that reads one kind of array only is the fastest. */
function fillFloats(values: Float64Array): Fill {
  return (data, at, cols, from, end) => {
    for (let r = from, to = at; r < end; r++, to += cols) data[to] = values[r]!;
  };
}

function fillNumbers(values: NumberArray): Fill {
  return (data, at, cols, from, end) => {
    for (let r = from, to = at; r < end; r++, to += cols) data[to] = values[r]!;
  };
}

function fillWide(name: string, values: BigInt64Array | BigUint64Array): Fill {
  return (data, at, cols, from, end) => {
    for (let r = from, to = at; r < end; r++, to += cols) {
      const value = Number(values[r]!);
      if (!Number.isSafeInteger(value)) throw badValue(name, r, 'beyond 2^53');
      data[to] = value;
    }
  };
}

function badValue(name: string, row: number, what: string): EngineError {
  return new EngineError('data', `matrix: column ${JSON.stringify(name)}, row ${String(row)} is ${what}`, {
    detail: { column: name, row },
  });
}
