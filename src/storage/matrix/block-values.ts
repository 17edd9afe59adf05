/** Values that a caller gives for a block of a matrix, cut into pieces that are written one after another. */
import { EngineError } from '../../base/engine-error.js';
import { typeIds } from '../../data/types.js';

export type NumberArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** What `write` takes: numbers one after another, rows of numbers, or a matrix in memory; null is a missing value. */
export type MatrixInput =
  | NumberArray
  | readonly (number | null)[]
  | readonly (readonly (number | null)[])[]
  | {
      readonly data: NumberArray;
      readonly rows: number;
      readonly cols: number;
    };

/** `C`: row after row; `F`: column after column, as R and the file have it. */
export type MatrixOrder = 'C' | 'F';

/** Values of rows `row` … and columns `col` … of the block, in the block's order. */
export interface BlockPiece {
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
  readonly typeId: number;
  readonly values: NumberArray;
}

export interface BlockInput {
  readonly rows: number;
  readonly cols: number;
  pieces(): Iterable<BlockPiece>;
}

/** R's NA_real_: a NaN whose lower word is 1954. */
const missingBits = 0x7ff0_0000_0000_07a2n;

/** Bytes of a piece of a typed array, and values of one made of JavaScript's numbers. */
const pieceBytes = 1 << 22;
const pieceValues = 1 << 15;

const ids: readonly (readonly [new () => NumberArray, number])[] = [
  [Int8Array, typeIds.int8],
  [Int16Array, typeIds.int16],
  [Int32Array, typeIds.int32],
  [Uint8Array, typeIds.uint8],
  [Uint8ClampedArray, typeIds.uint8],
  [Uint16Array, typeIds.uint16],
  [Uint32Array, typeIds.uint32],
  [Float32Array, typeIds.float32],
  [Float64Array, typeIds.float64],
];

const idOf = (values: unknown): number | undefined => ids.find(([type]) => values instanceof type)?.[1];

const isNumberArray = (values: unknown): values is NumberArray => idOf(values) !== undefined;

/** The shape that the caller wishes; what it leaves out follows from the values. */
export interface WishedShape {
  readonly rows: number | undefined;
  readonly cols: number | undefined;
  /** Columns when nothing tells. */
  readonly defaultCols: number;
  readonly order: MatrixOrder;
}

/** @throws EngineError `argument`: not values for a block, or more or fewer than its shape has */
export function blockInput(values: unknown, wish: WishedShape): BlockInput {
  if (isNumberArray(values)) return typedInput(values, shapeOf(values.length, wish), wish.order);
  if (Array.isArray(values)) {
    const list = values as readonly unknown[];
    return Array.isArray(list[0]) ? rowsInput(list, wish) : listInput(list, wish);
  }
  if (typeof values === 'object' && values !== null && 'data' in values) {
    const { data, rows, cols } = values as { data: unknown; rows?: unknown; cols?: unknown };
    if (isNumberArray(data) && typeof rows === 'number' && typeof cols === 'number') {
      const shape = shapeOf(data.length, { ...wish, rows: wish.rows ?? rows, cols: wish.cols ?? cols });
      return typedInput(data, shape, wish.order);
    }
  }
  throw new EngineError(
    'argument',
    'values for a matrix are a typed array, an array of numbers, an array of rows, or { data, rows, cols }; ' +
      'arrays of 64-bit integers are none',
    { detail: { option: 'values' } },
  );
}

interface Shape {
  readonly rows: number;
  readonly cols: number;
}

function shapeOf(length: number, { rows, cols, defaultCols }: WishedShape): Shape {
  const width = cols ?? (rows === undefined || rows === 0 ? defaultCols : length / rows);
  const height = rows ?? (width === 0 ? 0 : length / width);
  if (Number.isSafeInteger(width) && Number.isSafeInteger(height) && width * height === length)
    return { rows: height, cols: width };
  throw new EngineError(
    'argument',
    `${length} values are no block of ${rows ?? 'whole'} rows × ${cols ?? defaultCols} columns; give rows and cols`,
    { detail: { option: 'values', length } },
  );
}

function typedInput(values: NumberArray, { rows, cols }: Shape, order: MatrixOrder): BlockInput {
  const typeId = idOf(values)!;
  const most = Math.max(1, Math.floor(pieceBytes / values.BYTES_PER_ELEMENT));
  return {
    rows,
    cols,
    *pieces() {
      for (const { at, ...piece } of cuts(rows, cols, order, most))
        yield { ...piece, typeId, values: values.subarray(at, at + piece.rows * piece.cols) };
    },
  };
}

function listInput(values: readonly unknown[], wish: WishedShape): BlockInput {
  const { rows, cols } = shapeOf(values.length, wish);
  return {
    rows,
    cols,
    *pieces() {
      for (const { at, ...piece } of cuts(rows, cols, wish.order, pieceValues)) {
        const numbers = new Float64Array(piece.rows * piece.cols);
        const bits = new BigUint64Array(numbers.buffer);
        for (let i = 0; i < numbers.length; i += 1) {
          put(numbers, bits, i, values[at + i], () => placeOf(at + i, rows, cols, wish.order));
        }
        yield { ...piece, typeId: typeIds.float64, values: numbers };
      }
    },
  };
}

function rowsInput(values: readonly unknown[], wish: WishedShape): BlockInput {
  const rows = values.length;
  const cols = (values[0] as readonly unknown[]).length;
  if ((wish.rows !== undefined && wish.rows !== rows) || (wish.cols !== undefined && wish.cols !== cols))
    throw new EngineError(
      'argument',
      `${rows} rows of ${cols} values were given for ${wish.rows} × ${wish.cols}`,
    );
  if (wish.order === 'F')
    throw new EngineError('argument', "an array of rows has order 'C'; leave order out", {
      detail: { option: 'order' },
    });
  return {
    rows,
    cols,
    *pieces() {
      for (const piece of cuts(rows, cols, 'C', pieceValues)) {
        const numbers = new Float64Array(piece.rows * piece.cols);
        const bits = new BigUint64Array(numbers.buffer);
        for (let r = 0; r < piece.rows; r += 1) {
          const row = values[piece.row + r];
          if (!Array.isArray(row) || row.length !== cols)
            throw new EngineError(
              'argument',
              `row ${piece.row + r} is no array of ${cols} values, as row 0 is`,
            );
          for (let c = 0; c < piece.cols; c += 1)
            put(numbers, bits, r * piece.cols + c, row[piece.col + c], () => [piece.row + r, piece.col + c]);
        }
        yield { ...piece, typeId: typeIds.float64, values: numbers };
      }
    },
  };
}

function placeOf(place: number, rows: number, cols: number, order: MatrixOrder): [row: number, col: number] {
  return order === 'C' ? [Math.floor(place / cols), place % cols] : [place % rows, Math.floor(place / rows)];
}

function put(
  numbers: Float64Array,
  bits: BigUint64Array,
  at: number,
  value: unknown,
  place: () => [row: number, col: number],
): void {
  if (typeof value === 'number') {
    numbers[at] = value;
    // What a NaN of JavaScript carries is not defined; missing is written as null.
    if (Number.isNaN(value)) bits[at] = 0x7ff8_0000_0000_0000n;
    return;
  }
  if (value === null || value === undefined) {
    bits[at] = missingBits;
    return;
  }
  const [row, column] = place();
  throw new EngineError(
    'data',
    `row ${row}, column ${column} of the values is a ${typeof value}, not a number or null`,
    {
      detail: { row, column, value: typeof value },
    },
  );
}

/** A block cut along its order, so that each piece is one stretch of values from `at` on. */
function* cuts(
  rows: number,
  cols: number,
  order: MatrixOrder,
  most: number,
): Iterable<Omit<BlockPiece, 'typeId' | 'values'> & { readonly at: number }> {
  // Lines are rows or columns, whichever are whole in memory.
  const [lines, length] = order === 'C' ? [rows, cols] : [cols, rows];
  if (lines === 0 || length === 0) return;
  const whole = Math.floor(most / length);
  const [lineStep, step] = whole >= 1 ? [whole, length] : [1, most];
  for (let line = 0; line < lines; line += lineStep) {
    const count = Math.min(lineStep, lines - line);
    for (let from = 0; from < length; from += step) {
      const size = Math.min(step, length - from);
      const at = line * length + from;
      yield order === 'C'
        ? { row: line, col: from, rows: count, cols: size, at }
        : { row: from, col: line, rows: size, cols: count, at };
    }
  }
}
