/** Whatever holds rows of numbers, as points: what it is, its shape, and reading it. */
import { EngineError } from '../base/engine-error.js';
import type { ColumnData } from '../data/column.js';
import { Schema } from '../data/schema.js';
import { Table } from '../data/table.js';
import type { Foldable, FoldTarget } from '../folds/fold-target.js';
import { foldTarget, isFoldable } from '../folds/fold-target.js';
import type { NativePoints } from '../native/neighbors.js';
import { pointsOfRows } from '../native/neighbors.js';
import { fingerprintPoints } from '../native/points-fingerprint.js';
import { machine } from '../native/process.js';
import type { PlanNode } from '../plan/node.js';
import type { MatrixSource, OpenedMatrix } from './matrix-input.js';
import { matrixLabel, openedMatrix } from './matrix-input.js';
import { coordinateColumns, fitsFloats } from './numeric-rows.js';
import type { DenseRows } from './points-of-rows.js';
import { checkDenseRows, denseOfArrays, isDenseRows } from './points-of-rows.js';
import type { SparseRows } from './points-of-sparse.js';
import { isSparseRows, pointsOfSparse } from './points-of-sparse.js';
import type { RunForPoints } from './points-of-query.js';
import { coordinatesOf, pointsOfQuery, pointsOfTable } from './points-of-query.js';

/** Rows of a table in memory. */
export interface TableRows {
  readonly schema: Schema;
  readonly columns: readonly ColumnData[];
  readonly numRows: number;
}

/** Some columns of a query or table. */
export interface ColumnsOf {
  readonly query: Foldable | TableRows;
  readonly columns?: readonly string[] | undefined;
}

/**
 * Rows of numbers, wherever they are: a matrix, its descriptor or the path of that; a query or table whose columns are all
 * numeric, or `{ query, columns: ['x', 'y'] }`; `{ data, rows, cols }` row-major; an array of arrays.
 */
export type PointsInput =
  MatrixSource | Foldable | TableRows | ColumnsOf | DenseRows | readonly (readonly number[])[];

/** As `PointsInput`; queries may be sparse, too. */
export type QueryInput = PointsInput | SparseRows;

/** An input, known for what it is. Nothing was read but a matrix's descriptor. */
export type KnownInput =
  | { readonly kind: 'matrix'; readonly matrix: OpenedMatrix }
  | { readonly kind: 'query'; readonly target: FoldTarget; readonly coordinates: PlanNode }
  | { readonly kind: 'table'; readonly table: Table; readonly columns: readonly string[] }
  | { readonly kind: 'dense'; readonly dense: DenseRows }
  | { readonly kind: 'sparse'; readonly sparse: SparseRows };

export type InputRole = 'the reference' | 'the query';

/** What can be said of an input without reading it. */
export interface InputShape {
  /** Undefined: a query has to be run to know. */
  readonly rows: number | undefined;
  readonly cols: number;
  /** Bytes of a number as the engine holds it: 4 when floats lose nothing. */
  readonly width: 4 | 8;
  readonly fileBacked: boolean;
  /** For people: `ref.desc, 160 × 4 float64`. */
  readonly label: string;
}

/** @throws EngineError `argument` for what holds no rows of numbers, and as its kind does */
export function knownInput(input: unknown, role: InputRole): KnownInput {
  const matrix = openedMatrix(input, { readOnly: true });
  if (matrix !== undefined) return { kind: 'matrix', matrix };
  if (isFoldable(input)) return queryInput(input, undefined, role);
  if (isTable(input)) return tableInput(input, undefined, role);
  if (Array.isArray(input))
    return { kind: 'dense', dense: denseOfArrays(input as readonly unknown[][], role) };
  if (isDenseRows(input)) {
    checkDenseRows(input, role);
    return { kind: 'dense', dense: input };
  }
  if (isSparseRows(input)) {
    if (role === 'the query') return { kind: 'sparse', sparse: input };
    throw new EngineError(
      'unsupported',
      'a reference cannot be sparse, only queries can; give it as a matrix',
    );
  }
  if (typeof input === 'object' && input !== null && 'query' in input) {
    const { query, columns } = input as { readonly query: unknown; readonly columns?: unknown };
    if (isFoldable(query)) return queryInput(query, columns, role);
    if (isTable(query)) return tableInput(query, columns, role);
  }
  throw new EngineError(
    'argument',
    `${role} must be a matrix, its descriptor or the path of that, a query or table with numeric columns, ` +
      `{ query, columns }, { data, rows, cols }, or an array of rows; not ${shown(input)}`,
    { detail: { option: role } },
  );
}

function isTable(value: unknown): value is Table {
  return value instanceof Table;
}

function shown(input: unknown): string {
  if (input === null || typeof input !== 'object') return input === null ? 'null' : typeof input;
  const keys = Object.keys(input).slice(0, 5);
  return keys.length === 0 ? 'an empty object' : `an object of ${keys.join(', ')}`;
}

function queryInput(query: Foldable, columns: unknown, role: InputRole): KnownInput {
  const target = query[foldTarget]();
  return { kind: 'query', target, coordinates: coordinatesOf(target.plan, columns, role) };
}

function tableInput(table: Table, columns: unknown, role: InputRole): KnownInput {
  return { kind: 'table', table, columns: coordinateColumns(table.schema, columns, role) };
}

/** What can be said without reading. */
export function shapeOfInput(known: KnownInput): InputShape {
  switch (known.kind) {
    case 'matrix': {
      const { matrix } = known.matrix;
      const { rows, cols, type } = matrix;
      const width = type === 'float64' || type === 'int32' ? 8 : 4;
      return {
        rows,
        cols,
        width,
        fileBacked: true,
        label: `${matrixLabel(matrix)}, ${sized(rows, cols)} ${type}`,
      };
    }
    case 'query': {
      const { schema } = known.coordinates;
      const width = fitsFloats(schema) ? 4 : 8;
      return {
        rows: undefined,
        cols: schema.length,
        width,
        fileBacked: false,
        label: `a query of ${schema.names.join(', ')}`,
      };
    }
    case 'table': {
      const { table, columns } = known;
      const width = fitsFloats(new Schema(columns.map((name) => table.schema.field(name)!))) ? 4 : 8;
      const label = `a table, ${sized(table.numRows, columns.length)}`;
      return { rows: table.numRows, cols: columns.length, width, fileBacked: false, label };
    }
    case 'dense': {
      const { data, rows, cols } = known.dense;
      const single = data instanceof Float32Array;
      const label = `${sized(rows, cols)} ${single ? 'float32' : 'float64'} in memory`;
      return { rows, cols, width: single ? 4 : 8, fileBacked: false, label };
    }
    case 'sparse': {
      const { indptr, cols } = known.sparse;
      const rows = indptr.length - 1;
      return { rows, cols, width: 8, fileBacked: false, label: `${sized(rows, cols)} sparse rows` };
    }
  }
}

function sized(rows: number, cols: number): string {
  return `${rows.toLocaleString('en-US')} × ${String(cols)}`;
}

/** Rows of numbers that the engine can read. */
export interface ResolvedPoints {
  readonly points: NativePoints;
  readonly rows: number;
  readonly cols: number;
  readonly label: string;
  /** Files that are read while the points are in use; what is written must be none of them. */
  readonly files: readonly string[];
  /** A hash of shape and values, the same wherever they lie. Cost: one pass over the values. */
  fingerprint(): Promise<string>;
  /** Gives back what was opened or made for it; a matrix that the caller opened stays open. */
  close(): Promise<void>;
}

/** How an input is read. */
export type ReadInput = RunForPoints;

/**
 * Rows of numbers for the engine. A query is run here: its rows are kept in memory while they fit `memory`, else in a
 * temporary matrix that `close` removes.
 *
 * @throws EngineError as `knownInput`; what reading the file or running the query throws
 */
export async function resolvePoints(
  input: PointsInput | QueryInput,
  role: InputRole,
  how: Partial<ReadInput> = {},
): Promise<ResolvedPoints> {
  return resolveKnown(knownInput(input, role), role, how);
}

/** As `resolvePoints`, for an input that is known already. */
export async function resolveKnown(
  known: KnownInput,
  role: InputRole,
  how: Partial<ReadInput> = {},
): Promise<ResolvedPoints> {
  const { label } = shapeOfInput(known);
  if (known.kind === 'matrix') {
    const { matrix, close } = known.matrix;
    return resolved(matrix.points(), label, matrix.files, close);
  }
  if (known.kind === 'query') {
    const run = { memory: Math.floor(machine().memory / 2), ...how };
    const { points, close } = await pointsOfQuery(known.target, known.coordinates, run);
    return resolved(points, label, [], close);
  }
  const points = await pointsInMemory(known, role);
  return resolved(points, label, [], async () => undefined);
}

async function pointsInMemory(
  known: Exclude<KnownInput, { readonly kind: 'matrix' | 'query' }>,
  role: InputRole,
): Promise<NativePoints> {
  switch (known.kind) {
    case 'table':
      return pointsOfTable(known.table, known.columns, role);
    case 'dense':
      return pointsOfRows(known.dense.data, known.dense.rows, known.dense.cols);
    case 'sparse':
      return pointsOfSparse(known.sparse, role);
  }
}

function resolved(
  points: NativePoints,
  label: string,
  files: readonly string[],
  close: () => Promise<void>,
): ResolvedPoints {
  const { rows, columns } = points;
  return { points, rows, cols: columns, label, files, close, fingerprint: () => fingerprintPoints(points) };
}
