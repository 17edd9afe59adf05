/** The columns on disk that a graph's edges are written to: given, or made once the number of edges is known. */
import { EngineError } from '../../base/engine-error.js';
import { optionsOf } from '../../query/names.js';
import { isThere } from '../../storage/disk-file.js';
import { createMatrix } from '../../storage/matrix/create-matrix.js';
import type { FileMatrix } from '../../storage/matrix/file-matrix.js';
import type { Destination } from '../destination.js';
import { closeAll, openDestinations } from '../destinations.js';
import type { MatrixSource } from '../matrix-input.js';
import { matrixLabel } from '../matrix-input.js';
import { removeMatrixFiles } from './remove-matrix-files.js';

/** Where a graph is written: matrices, descriptors, or paths of descriptors; each one column of as many rows as edges. */
export interface GraphDestinations {
  /** int32 or float64. */
  readonly from: MatrixSource;
  /** int32 or float64. */
  readonly to: MatrixSource;
  /** float64. */
  readonly value?: MatrixSource | undefined;
}

/** Matrices are made: `path-from`, `path-to` and (if there are values) `path-value`, each with `.bin` and `.desc`. */
export interface GraphFiles {
  readonly path: string;
}

export type GraphInto = GraphDestinations | GraphFiles;

/** Descriptors of what was written. */
export interface WrittenColumns {
  readonly from: string;
  readonly to: string;
  readonly value?: string | undefined;
}

/** What is known of the edges before they are counted. */
export interface ColumnsAsked {
  /** The highest number of a node that may be written. */
  readonly highest: number;
  readonly values: boolean;
  /** Files that the search reads. */
  readonly files: readonly string[];
}

/** Columns of the right kind, whose length is not checked yet, or that are still to be made. */
export interface PendingColumns {
  /**
   * Columns of exactly so many rows, which may be written.
   *
   * @throws EngineError `argument` for a column of another length; `io` for a file to be made that is there already
   */
  ready(edges: number): Promise<OpenColumns>;
  /** Closes what was opened; what was made goes away unless it is complete. */
  close(complete: boolean): Promise<void>;
}

/** Columns that may be written. */
export interface OpenColumns {
  readonly from: Destination;
  readonly to: Destination;
  readonly value: Destination | undefined;
  readonly written: WrittenColumns;
  flush(): Promise<void>;
}

/** `into` as it was given, checked for what it is; no file is looked at. @throws EngineError `argument` */
export function knownInto(into: unknown, values: boolean): GraphInto {
  const given = optionsOf(into, ['path', 'from', 'to', 'value'], 'into') as Partial<
    GraphDestinations & GraphFiles
  >;
  const bad = (what: string, option: string): EngineError =>
    new EngineError('argument', what, { detail: { option } });
  if (given.path !== undefined) {
    const other = Object.keys(given).find((name) => name !== 'path');
    if (other !== undefined)
      throw bad(`into.path makes the matrices; leave into.${other} out`, `into.${other}`);
    if (typeof given.path !== 'string' || given.path === '')
      throw bad('into.path must be a path without ending, such as "graphs/mutual"', 'into.path');
    return { path: given.path };
  }
  if (given.from === undefined || given.to === undefined) {
    const name = given.from === undefined ? 'into.from' : 'into.to';
    throw bad(`${name} is missing; give { from, to, value? }, or { path } to have the matrices made`, name);
  }
  if (given.value !== undefined && !values)
    throw bad(`into.value is given, but value: 'none' leaves nothing to write there`, 'into.value');
  return { from: given.from, to: given.to, value: given.value };
}

const columnNames = ['from', 'to', 'value'] as const;

/**
 * Opens the columns that were given and checks all but their length; nothing is written.
 *
 * @throws EngineError `argument` for a column that cannot take the edges, `io` for a file to be made that is there already
 */
export async function openColumns(into: GraphInto, asked: ColumnsAsked): Promise<PendingColumns> {
  return 'path' in into ? columnsToMake(into.path, asked) : columnsGiven(into, asked);
}

async function openAll(
  given: GraphDestinations,
  { highest, files }: ColumnsAsked,
): Promise<ReadonlyMap<string, Destination>> {
  return openDestinations(
    { ...given },
    [
      { name: 'from', content: 'rows', rows: undefined, cols: 1, highest },
      { name: 'to', content: 'rows', rows: undefined, cols: 1, highest },
      { name: 'value', content: 'distances', rows: undefined, cols: 1, highest: 0 },
    ],
    files,
  );
}

async function columnsGiven(given: GraphDestinations, asked: ColumnsAsked): Promise<PendingColumns> {
  const open = await openAll(given, asked);
  return {
    async ready(edges) {
      for (const column of open.values()) checkLength(column, edges);
      return together(open);
    },
    close: () => closeAll(open.values()),
  };
}

/** Longer columns would end in what was there before. */
function checkLength({ label, cells }: Destination, edges: number): void {
  if (cells === edges) return;
  throw new EngineError(
    'argument',
    `${label} has ${String(cells)} rows, but the graph has ${String(edges)} edges; make it a column of ${String(edges)} rows`,
    { detail: { needed: edges, found: cells } },
  );
}

function together(open: ReadonlyMap<string, Destination>): OpenColumns {
  const all = [...open.values()];
  const paths = Object.fromEntries(all.map(({ name, matrix }) => [name, matrixLabel(matrix)]));
  return {
    from: open.get('from')!,
    to: open.get('to')!,
    value: open.get('value'),
    written: Object.freeze(paths) as unknown as WrittenColumns,
    async flush() {
      for (const column of all) await column.flush();
    },
  };
}

function columnsToMake(path: string, asked: ColumnsAsked): PendingColumns {
  const names = columnNames.filter((name) => asked.values || name !== 'value');
  for (const name of names) {
    const file = `${path}-${name}.desc`;
    if (!isThere(file)) continue;
    throw new EngineError('io', `cannot create ${file}: it exists; give another into.path, or remove it`, {
      detail: { path: file, errno: 'EEXIST', option: 'into.path' },
    });
  }
  const made = new Map<string, FileMatrix>();
  return {
    async ready(edges) {
      for (const name of names) {
        const type = name === 'value' || asked.highest > 0x7fff_ffff ? 'float64' : 'int32';
        made.set(name, createMatrix(`${path}-${name}`, { rows: edges, cols: 1, type }));
      }
      return together(await openAll(Object.fromEntries(made) as unknown as GraphDestinations, asked));
    },
    async close(complete) {
      for (const matrix of made.values()) {
        if (complete) matrix.close();
        else removeMatrixFiles(matrix);
      }
    },
  };
}
