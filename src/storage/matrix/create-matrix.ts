/** `createMatrix`: new files for a matrix, which appear complete or not at all. */
import { basename, dirname, join, resolve } from 'node:path';
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import { writeCellsNow } from '../../native/matrix.js';
import { DiskFile, isThere, linkFile, realPathOf, renameFile, tryRemoveFile } from '../disk-file.js';
import { sweepTemporarySiblings, temporarySibling } from '../temporary-sibling.js';
import type { MatrixInput, MatrixOrder } from './block-values.js';
import { dataFileNames } from './data-files.js';
import type { MatrixDescriptor } from './descriptor.js';
import { descriptorText } from './descriptor-text.js';
import { FileMatrix } from './file-matrix.js';
import type { MatrixType } from './matrix-types.js';
import { cellKinds, checkMatrixType } from './matrix-types.js';
import { descriptorRds } from './rds-writer.js';

export interface CreateMatrixOptions {
  readonly rows: number;
  readonly cols: number;
  /** Default `float64`. */
  readonly type?: MatrixType | undefined;
  /** A file for every column. Default false: one for all. */
  readonly separated?: boolean | undefined;
  readonly rowNames?: readonly string[] | null | undefined;
  readonly colNames?: readonly string[] | null | undefined;
  /** Its values; default: all 0. Written before the function returns: `write` much data later instead. */
  readonly data?: MatrixInput | undefined;
  /** How `data` lie: `C` (default) row after row, `F` column after column. */
  readonly order?: MatrixOrder | undefined;
  /** Replaces the files if they are there. Default false. */
  readonly overwrite?: boolean | undefined;
  /** Writes the descriptor as R's compressed serialisation instead of text. Default false. */
  readonly binaryDescriptor?: boolean | undefined;
}

const optionNames = [
  'rows',
  'cols',
  'type',
  'separated',
  'rowNames',
  'colNames',
  'data',
  'order',
  'overwrite',
  'binaryDescriptor',
];

/** Longest file that this can address. */
const mostBytes = 2 ** 53;

/**
 * Makes a matrix on disk: `path.bin`, column after column, and its descriptor `path.desc`, in bigmemory's own layout, so
 * that R's `attach.big.matrix` opens it. The file takes room on the disk only where something was written.
 *
 * @throws EngineError `argument`: options that are not what they should be; `io`: a file is there already (`overwrite`);
 *   `data`: a value does not fit the type; `no-space`
 * @example
 * const m = createMatrix('numbers', { rows: 2, cols: 2, data: [[1, 2], [3, null]] });
 * m.get(1, 0); // => 3
 */
export function createMatrix(path: string, options: CreateMatrixOptions): FileMatrix {
  const descriptor = describe(path, options);
  const folder = dirname(baseOf(path));
  const separated = descriptor.separated;
  const names = dataFileNames(descriptor.filename, separated, 0, descriptor.ncol);
  const files = names.map((name) => join(folder, name));
  const descriptorPath = `${baseOf(path)}.desc`;
  const all = [...files, descriptorPath];
  if (options.overwrite !== true) {
    const there = all.find(isThere);
    if (there !== undefined) throw existing(there);
  }
  if (!isThere(folder))
    throw new EngineError('io', `cannot create ${descriptorPath}: its folder does not exist`, {
      detail: { path: descriptorPath, errno: 'ENOENT' },
    });
  for (const name of new Set([all[0]!, descriptorPath])) sweepTemporarySiblings(name);
  const drafts = all.map(temporarySibling);
  try {
    const rowBytes =
      cellKinds[checkMatrixType(options.type ?? 'float64')].bytes * (separated ? 1 : options.cols);
    const dataDrafts = drafts.slice(0, -1);
    for (const draft of dataDrafts)
      make(draft, (file) => {
        file.truncate(options.rows * rowBytes);
      });
    make(drafts.at(-1)!, (file) => {
      file.write(0, descriptorBytes(descriptor, options));
    });
    if (options.data !== undefined) fill(descriptor, dataDrafts, options);
    return published(drafts, all, options.overwrite === true, () => {
      const found = files.map((file) => realPathOf(file) ?? file);
      return new FileMatrix({ descriptor, path: descriptorPath, files: found, readOnly: false, fresh: true });
    });
  } finally {
    for (const draft of drafts) tryRemoveFile(draft);
  }
}

/**
 * Gives finished files their names, the descriptor, which is the last, at last: whoever finds it finds the data. Where it
 * replaces another, that one is put aside first, since it does not speak of the new data.
 */
function published<T>(
  drafts: readonly string[],
  names: readonly string[],
  overwrite: boolean,
  then: () => T,
): T {
  const descriptorPath = names.at(-1)!;
  const aside = overwrite && isThere(descriptorPath) ? temporarySibling(descriptorPath) : undefined;
  if (aside !== undefined) renameFile(descriptorPath, aside);
  const made: string[] = [];
  try {
    names.forEach((name, i) => {
      publish(drafts[i]!, name, overwrite);
      made.push(name);
    });
    return then();
  } catch (error) {
    if (!overwrite) for (const name of made) tryRemoveFile(name);
    else if (aside !== undefined && made.length === 0) renameFile(aside, descriptorPath);
    throw error;
  } finally {
    if (aside !== undefined) tryRemoveFile(aside);
  }
}

/** The path without the ending that a user may have given. */
function baseOf(path: string): string {
  return resolve(path.replace(/\.(?:bin|desc)$/, ''));
}

function describe(path: unknown, options: CreateMatrixOptions): MatrixDescriptor {
  if (typeof path !== 'string' || path === '' || path.includes('\0') || basename(baseOf(path)) === '')
    throw new EngineError('argument', 'createMatrix takes the path of the files to be', {
      detail: { option: 'path' },
    });
  if (typeof options !== 'object' || options === null)
    throw new EngineError('argument', 'createMatrix takes { rows, cols, type, … }', {
      detail: { option: 'options' },
    });
  for (const name of Object.keys(options)) {
    if (optionNames.includes(name)) continue;
    throw new EngineError(
      'argument',
      `createMatrix has no option "${name}"${didYouMean(name, optionNames, 'options')}`,
      {
        detail: { option: name },
      },
    );
  }
  const totalRows = checkWhole('rows', options.rows, 0);
  const totalCols = checkWhole('cols', options.cols, 0);
  const type = checkMatrixType(options.type ?? 'float64');
  if (totalRows * totalCols * cellKinds[type].bytes >= mostBytes)
    throw new EngineError(
      'argument',
      `${totalRows} × ${totalCols} cells of ${type} are more than 2^53 bytes`,
    );
  return {
    sharedType: 'FileBacked',
    filename: `${basename(baseOf(path))}.bin`,
    dirname: `${dirname(baseOf(path))}/`.replace(/\/+$/, '/'),
    totalRows,
    totalCols,
    rowOffset: [0, totalRows],
    colOffset: [0, totalCols],
    nrow: totalRows,
    ncol: totalCols,
    rowNames: checkNames('rowNames', options.rowNames, totalRows),
    colNames: checkNames('colNames', options.colNames, totalCols),
    type: cellKinds[type].r,
    separated: options.separated === true,
  };
}

function checkNames(name: string, names: unknown, count: number): readonly string[] | null {
  if (names === undefined || names === null) return null;
  if (Array.isArray(names) && names.length === count && names.every((entry) => typeof entry === 'string'))
    return count === 0 ? null : names.slice();
  throw new EngineError('argument', `${name} must be ${count} texts`, { detail: { option: name } });
}

function descriptorBytes(descriptor: MatrixDescriptor, options: CreateMatrixOptions): Uint8Array {
  if (options.binaryDescriptor === true) return descriptorRds(descriptor);
  return new TextEncoder().encode(descriptorText(descriptor));
}

function make(path: string, write: (file: DiskFile) => void): void {
  const file = new DiskFile(path, 'create', 0o666);
  try {
    write(file);
  } finally {
    file.close();
  }
}

/** Writes the first values into files that have not their names yet. */
function fill(descriptor: MatrixDescriptor, drafts: readonly string[], options: CreateMatrixOptions): void {
  const matrix = new FileMatrix({ descriptor, path: null, files: drafts, readOnly: false });
  try {
    const { input, order } = matrix.blockFor(options.data!, { order: options.order });
    for (const { row, col, rows, cols, typeId, values } of input.pieces()) {
      const block = {
        firstRow: row,
        rows,
        firstColumn: col,
        columns: cols,
        listed: null,
        rowMajor: order === 'C',
      };
      writeCellsNow(matrix.native, block, typeId, values);
    }
  } finally {
    matrix.close();
  }
}

/** Gives a finished file its name. */
function publish(draft: string, path: string, overwrite: boolean): void {
  if (overwrite) {
    renameFile(draft, path);
    return;
  }
  try {
    linkFile(draft, path);
  } catch (error) {
    const errno = error instanceof EngineError ? error.detail['errno'] : undefined;
    if (errno === 'EEXIST') throw existing(path);
    // A file system without second names: what was looked for at the beginning must do.
    if (errno === 'EPERM' || errno === 'ENOSYS' || errno === 'ENOTSUP' || errno === 'EOPNOTSUPP')
      renameFile(draft, path);
    else throw error;
  }
}

function existing(path: string): EngineError {
  return new EngineError('io', `cannot create ${path}: it exists; give overwrite: true to replace it`, {
    detail: { path, errno: 'EEXIST', option: 'overwrite' },
  });
}
