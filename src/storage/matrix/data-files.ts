/** Which files a descriptor's data lie in, and that they are those it may speak of: beside it, regular, of their size. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import { EngineError } from '../../base/engine-error.js';
import { DiskFile, realPathOf } from '../disk-file.js';
import type { MatrixDescriptor } from './descriptor.js';
import { typeOfDescriptor } from './descriptor.js';
import { cellKinds } from './matrix-types.js';

export interface DataFileOptions {
  /** Where the data must lie; undefined: the folder that the descriptor names. */
  readonly folder: string | undefined;
  /** Data may lie anywhere. */
  readonly allowOutside: boolean;
  /** How messages call the descriptor. */
  readonly label: string;
}

/** Names of the data files of these columns. */
export function dataFileNames(
  filename: string,
  separated: boolean,
  firstColumn: number,
  columns: number,
): string[] {
  if (!separated) return [filename];
  return Array.from({ length: columns }, (_, i) => `${filename}_column_${firstColumn + i}`);
}

/**
 * Paths of the data files, links resolved; for separated columns, those of the descriptor's own columns.
 *
 * @throws EngineError `argument`: they lie elsewhere, which `allowOutside` allows; `format`: one has another size than
 *   described; `io`: one is not there, or no regular file
 */
export function findDataFiles(
  descriptor: MatrixDescriptor,
  options: DataFileOptions,
): { readonly folder: string; readonly paths: readonly string[] } {
  const { label, allowOutside } = options;
  const { filename } = descriptor;
  const plain = !/[/\\]/.test(filename) && filename !== '.' && filename !== '..';
  if (!plain && !allowOutside)
    throw outside(label, `its data file ${JSON.stringify(filename)} is a path`, filename);
  const names = dataFileNames(filename, descriptor.separated, descriptor.colOffset[0], descriptor.ncol);
  const folder = folderOf(descriptor, names[0], options);
  const home = realPathOf(folder) ?? resolve(folder);
  const { totalRows, totalCols } = descriptor;
  const bytes =
    totalRows * (descriptor.separated ? 1 : totalCols) * cellKinds[typeOfDescriptor(descriptor)].bytes;
  const paths = names.map((name) => {
    const path = join(folder, name);
    const real = realPathOf(path) ?? path;
    if (!allowOutside && !isWithin(home, real)) throw outside(label, `${path} is a link to ${real}`, real);
    checkSize(real, bytes, label);
    return real;
  });
  return { folder, paths };
}

function folderOf({ dirname }: MatrixDescriptor, name: string | undefined, options: DataFileOptions): string {
  const { folder, label, allowOutside } = options;
  if (folder === undefined) {
    if (dirname !== null) return resolve(dirname);
    throw new EngineError('argument', 'a descriptor without dirname needs the option folder', {
      detail: { option: 'folder' },
    });
  }
  const named = dirname === null ? folder : resolve(folder, dirname);
  // The descriptor's own folder comes first: it may have been moved together with its data.
  if (name === undefined || resolve(named) === resolve(folder)) return folder;
  if (realPathOf(join(folder, name)) !== undefined) return folder;
  if (allowOutside) return named;
  throw outside(label, `its data ${name} are not beside it; it says they are in ${named}`, named);
}

function outside(label: string, what: string, path: string): EngineError {
  return new EngineError(
    'argument',
    `${label} leads out of its folder: ${what}; give allowOutside: true if you trust it`,
    { detail: { path, option: 'allowOutside' } },
  );
}

function isWithin(home: string, path: string): boolean {
  const way = relative(home, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

function checkSize(path: string, expected: number, label: string): void {
  const file = new DiskFile(path, 'read');
  const bytes = file.size();
  file.close();
  if (bytes === expected) return;
  const state = bytes < expected ? 'truncated' : 'longer';
  throw new EngineError(
    'format',
    `${path} has ${bytes} bytes where ${label} says ${expected}; it is ${state}, or belongs to another descriptor`,
    { detail: { path, bytes, expected } },
  );
}
