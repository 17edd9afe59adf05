/** One matrix that results are written to: checked for type, shape and place before anything is computed. */
import { EngineError } from '../base/engine-error.js';
import { noNeighbor } from '../native/neighbors.js';
import type { FileMatrix } from '../storage/matrix/file-matrix.js';
import type { MatrixSource } from './matrix-input.js';
import { matrixLabel, openedMatrix, writeCells } from './matrix-input.js';

/** What is written: row numbers, distances (or weights), or offsets into another destination. */
export type DestinationContent = 'rows' | 'distances' | 'offsets';

/** What a destination must be. */
export interface DestinationRule {
  /** `index`, `distance` …: how the caller names it. */
  readonly name: string;
  readonly content: DestinationContent;
  /** Rows of results; undefined: any number will do, and what does not fit is found out later. */
  readonly rows: number | undefined;
  /** Values per row: 1 asks for a single column. */
  readonly cols: number;
  /** The greatest value that may be written; distances have none. */
  readonly highest: number;
}

/** Where R's integers are missing. */
const missingInt32 = -0x8000_0000;

/** The bits of R's missing double, which is a NaN. */
const missingFloat64 = 0x7ff0_0000_0000_07a2n;

const typesOf: Readonly<Record<DestinationContent, readonly string[]>> = {
  rows: ['int32', 'float64'],
  distances: ['float64'],
  offsets: ['float64', 'int32'],
};

/** An open destination. Cells count row by row: that of row i, column j is `i * cols + j`. */
export class Destination {
  readonly name: string;
  readonly label: string;
  readonly matrix: FileMatrix;
  /** Cells that there are. */
  readonly cells: number;
  readonly #close: () => Promise<void>;

  private constructor(rule: DestinationRule, matrix: FileMatrix, close: () => Promise<void>) {
    this.name = rule.name;
    this.label = `into.${rule.name} (${matrixLabel(matrix)})`;
    this.matrix = matrix;
    this.cells = matrix.rows * matrix.cols;
    this.#close = close;
  }

  /**
   * Opens and checks; writes nothing.
   *
   * @throws EngineError `argument` for what cannot take the results, saying what would do; `io`, `format` as opening does
   */
  static async open(input: MatrixSource, rule: DestinationRule): Promise<Destination> {
    const opened = openedMatrix(input, { readOnly: false });
    if (opened === undefined) {
      throw new EngineError(
        'argument',
        `into.${rule.name} must be a matrix, its descriptor or the path of that, not ${typeof input}`,
        { detail: { option: `into.${rule.name}` } },
      );
    }
    try {
      checkRule(opened.matrix, rule);
    } catch (error) {
      await opened.close();
      throw error;
    }
    return new Destination(rule, opened.matrix, opened.close);
  }

  /** Files that are written. */
  get files(): readonly string[] {
    return this.matrix.files;
  }

  /**
   * Row numbers, from a cell on. Without a neighbour: −1 when rows count from 0, R's missing value when from 1.
   */
  async writeRowNumbers(firstCell: number, rows: Uint32Array, base: 0 | 1): Promise<void> {
    await writeCells(this.matrix, firstCell, rowNumberCells(this.matrix.type, rows, base));
  }

  /** Distances or offsets, from a cell on. */
  async writeNumbers(firstCell: number, values: Float64Array): Promise<void> {
    await writeCells(this.matrix, firstCell, this.matrix.type === 'int32' ? Int32Array.from(values) : values);
  }

  /** All that was written is on the disk. */
  async flush(): Promise<void> {
    await this.matrix.flush();
  }

  /** Closes what was opened here; a matrix that the caller opened stays open. */
  async close(): Promise<void> {
    await this.#close();
  }
}

/**
 * Row numbers that count from `base` already, as cells of a destination. No neighbour is −1 when rows count from 0, R's
 * missing value when from 1.
 */
export function rowNumberCells(type: string, rows: Uint32Array, base: 0 | 1): Int32Array | Float64Array {
  return type === 'int32' ? wholeRows(rows, base) : floatRows(rows, base);
}

function wholeRows(rows: Uint32Array, base: 0 | 1): Int32Array {
  const values = new Int32Array(rows.buffer, rows.byteOffset, rows.length).slice();
  // noNeighbor read as signed is −1 already.
  if (base === 1) {
    for (let i = 0; i < rows.length; i++) if (rows[i] === noNeighbor) values[i] = missingInt32;
  }
  return values;
}

function floatRows(rows: Uint32Array, base: 0 | 1): Float64Array {
  const values = new Float64Array(rows.length);
  const bits = new BigUint64Array(values.buffer);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row !== noNeighbor) values[i] = row;
    else if (base === 0) values[i] = -1;
    else bits[i] = missingFloat64;
  }
  return values;
}

function checkRule(matrix: FileMatrix, rule: DestinationRule): void {
  const { rows, cols, type } = matrix;
  const path = matrixLabel(matrix);
  const bad = (found: string, wanted: string): EngineError =>
    new EngineError('argument', `into.${rule.name} (${path}) ${found}; it must ${wanted}`, {
      detail: { option: `into.${rule.name}`, path, rows, cols, type },
    });
  if (matrix.readOnly) throw bad('is read-only', 'be writable: open it without readOnly');
  const types = typesOf[rule.content];
  if (!types.includes(type)) throw bad(`holds ${type}`, `hold ${types.join(' or ')}`);
  if (type === 'int32' && rule.highest > 0x7fff_ffff) {
    throw bad(`holds int32, but values up to ${String(rule.highest)} may occur`, 'hold float64');
  }
  const cells = (rule.rows ?? 0) * rule.cols;
  const fits =
    cols === 1
      ? rule.rows === undefined ||
        (rule.cols === 1 && rule.content === 'offsets' ? rows === cells : rows >= cells)
      : rule.cols > 1 && cols === rule.cols && rows === rule.rows;
  if (fits) return;
  throw bad(`is ${String(rows)} × ${String(cols)}`, shapeWanted(rule));
}

function shapeWanted({ rows, cols, content }: DestinationRule): string {
  if (rows === undefined) return 'be a single column';
  if (content === 'offsets') return `be a single column of ${String(rows)} rows, one more than queries`;
  const column = `be a single column of at least ${String(rows * cols)} rows`;
  return cols === 1 ? column : `be ${String(rows)} × ${String(cols)}, or ${column}`;
}
