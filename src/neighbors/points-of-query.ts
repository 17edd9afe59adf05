/** Rows of a query or table as points: collected while they fit the memory, else by way of a temporary file. */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineError } from '../base/engine-error.js';
import { Schema } from '../data/schema.js';
import { Table } from '../data/table.js';
import type { RunOptions } from '../exec/run-options.js';
import { minimumMemory } from '../exec/run-options.js';
import { aggregate as aggregateExpr, column } from '../expr/build.js';
import type { FoldTarget } from '../folds/fold-target.js';
import type { PlanNode } from '../plan/node.js';
import { aggregate } from '../plan/nodes/aggregate.js';
import { project } from '../plan/nodes/project.js';
import type { NativePoints } from '../native/neighbors.js';
import type { PointsBuilder } from '../native/points-builder.js';
import { buildPoints } from '../native/points-builder.js';
import { machine } from '../native/process.js';
import { createMatrix } from '../storage/matrix/create-matrix.js';
import type { FileMatrix } from '../storage/matrix/file-matrix.js';
import { TemporaryFolder } from '../storage/temporary/temporary-folder.js';
import { copyRows, coordinateColumns, fitsFloats } from './numeric-rows.js';

/** Numbers copied in one go, so that copying never holds up this thread for long. */
const stepValues = 1 << 19;

/** The coordinates of the rows of a query, and nothing else. */
export function coordinatesOf(plan: PlanNode, columns: unknown, role: string): PlanNode {
  const names = coordinateColumns(plan.schema, columns, role);
  return project(
    plan,
    names.map((name) => ({ name, expr: column(name) })),
  );
}

/** Rows of a table whose columns are all numeric, row-major, a few at a time. */
function* pieces(
  table: Table,
  single: boolean,
): Generator<readonly [values: Float32Array | Float64Array, rows: number]> {
  const columns = table.columns.map((data, i) => [table.schema.names[i]!, data] as const);
  const step = Math.max(1, Math.floor(stepValues / columns.length));
  for (let from = 0; from < table.numRows; from += step) {
    const end = Math.min(table.numRows, from + step);
    const size = (end - from) * columns.length;
    const values = single ? new Float32Array(size) : new Float64Array(size);
    copyRows(columns, from, end, values);
    yield [values, end - from];
  }
}

/** Copies rows of a table behind each other. */
async function fillFrom(
  builder: PointsBuilder,
  firstRow: number,
  table: Table,
  single: boolean,
): Promise<void> {
  let at = firstRow;
  for (const [values, rows] of pieces(table, single)) {
    if (at > firstRow) await nextTurn();
    builder.fill(at, values);
    at += rows;
  }
}

/** The numeric columns of a table, all or those named. */
export async function pointsOfTable(table: Table, columns: unknown, role: string): Promise<NativePoints> {
  const names = coordinateColumns(table.schema, columns, role);
  const schema = new Schema(names.map((name) => table.schema.field(name)!));
  const data = names.map((name) => table.columns[table.schema.indexOf(name)]!);
  const single = fitsFloats(schema);
  const builder = buildPoints(table.numRows, names.length, single);
  await fillFrom(builder, 0, new Table(schema, data, table.numRows), single);
  return builder.points;
}

/** How a query is run for its rows. */
export interface RunForPoints {
  /** Bytes that the rows may take here. */
  readonly memory: number;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Options of the engine: a query needs more than the smallest budgets of a search. */
function runOptionsOf({ memory, threads, signal }: RunForPoints): RunOptions {
  const least = minimumMemory(threads ?? machine().threads);
  return { signal, threads, memory: Math.max(memory, least) };
}

/**
 * The rows of coordinates that a plan gives, in its order; undefined when they are more than `memory` holds.
 */
export async function collectPoints(
  { executor }: FoldTarget,
  coordinates: PlanNode,
  how: RunForPoints,
): Promise<NativePoints | undefined> {
  const { schema } = coordinates;
  const single = fitsFloats(schema);
  const rowBytes = schema.length * (single ? 4 : 8);
  const batches: Table[] = [];
  let rows = 0;
  for await (const batch of executor.batches(coordinates, runOptionsOf(how))) {
    rows += batch.numRows;
    if (rows * rowBytes > how.memory) return undefined;
    batches.push(batch);
  }
  const builder = buildPoints(rows, schema.length, single);
  let at = 0;
  for (const batch of batches) {
    await fillFrom(builder, at, batch, single);
    at += batch.numRows;
  }
  return builder.points;
}

/** Points, and what removes what was made for them. */
export interface TemporaryPoints {
  readonly points: NativePoints;
  readonly close: () => Promise<void>;
}

/**
 * Runs a query for its coordinates. More rows than `memory` holds go to a temporary matrix; the query is then run three
 * times: until they were too many, to count them, and to write them.
 */
export async function pointsOfQuery(
  target: FoldTarget,
  coordinates: PlanNode,
  how: RunForPoints,
): Promise<TemporaryPoints> {
  const points = await collectPoints(target, coordinates, how);
  if (points !== undefined) return { points, close: async () => undefined };
  const folder = new TemporaryFolder();
  try {
    const matrix = await writeMatrix(target, coordinates, how, join(folder.path, 'rows'));
    return {
      points: matrix.points(),
      async close() {
        matrix.close();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

async function writeMatrix(
  { executor }: FoldTarget,
  coordinates: PlanNode,
  how: RunForPoints,
  path: string,
): Promise<FileMatrix> {
  const options = runOptionsOf(how);
  const counted = aggregate(coordinates, [], [{ name: 'n', expr: aggregateExpr('n', []) }]);
  const rows = Number((await executor.collect(counted, options)).at(0)?.['n']);
  const cols = coordinates.schema.length;
  // Doubles, also for floats: of those, a matrix takes the least for missing.
  const matrix = createMatrix(path, { rows, cols, type: 'float64' });
  let at = 0;
  for await (const batch of executor.batches(coordinates, options)) {
    for (const [values, count] of pieces(batch, false)) {
      if (at + count > rows) break;
      await matrix.write(values, { row: at, col: 0, rows: count, cols });
      at += count;
    }
  }
  if (at === rows) return matrix;
  matrix.close();
  throw new EngineError(
    'changed',
    `the query gave ${String(rows)} rows, and then others: its source changed meanwhile`,
    { detail: { rows } },
  );
}
