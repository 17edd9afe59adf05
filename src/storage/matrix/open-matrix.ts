/** `openMatrix`: a matrix from its descriptor, a file or an object, written by this library or by R. */
import { dirname, resolve } from 'node:path';
import { EngineError } from '../../base/engine-error.js';
import { DiskFile } from '../disk-file.js';
import { findDataFiles } from './data-files.js';
import type { MatrixDescriptor } from './descriptor.js';
import { checkDescriptorObject, descriptorOfR, looksLikeDescriptor } from './descriptor.js';
import { FileMatrix } from './file-matrix.js';
import { isRds, parseRds } from './rds-reader.js';
import { parseR } from './r-text.js';
import { readingR } from './r-value.js';

export interface OpenMatrixOptions {
  /** Nothing can be written; the files need not be writable. Default false. */
  readonly readOnly?: boolean | undefined;
  /**
   * The data may lie in another folder than the descriptor, or behind a link that leads out of it, as descriptors of R
   * say where they were moved. Default false: a file from elsewhere decides on nothing outside its folder.
   */
  readonly allowOutside?: boolean | undefined;
  /** For a descriptor given as an object: the folder that has the data, instead of its `dirname`. */
  readonly folder?: string | undefined;
}

/** Descriptors are small; only names of rows make them large. */
const mostDescriptorBytes = 2 ** 28;

/**
 * Opens a matrix that `createMatrix` or R's bigmemory made: a `.desc` file, text or binary, or a descriptor object.
 *
 * Data in the descriptor's own folder are taken first, so that both can be moved together. Nothing is read of them but
 * their size.
 *
 * @throws EngineError `io`: no such file; `format`: no descriptor, or data of another size than it says; `argument`: its data
 *   lie elsewhere; `unsupported`: a matrix in shared memory, or of complex numbers
 * @example const reference = openMatrix('ref.desc', { readOnly: true });
 */
export function openMatrix(source: string | MatrixDescriptor, options: OpenMatrixOptions = {}): FileMatrix {
  if (typeof source === 'string' && source !== '') {
    const path = resolve(source);
    return open(readDescriptor(path), path, dirname(path), source, options);
  }
  if (looksLikeDescriptor(source))
    return open(checkDescriptorObject(source), null, options.folder, 'the descriptor', options);
  throw new EngineError('argument', 'openMatrix takes the path of a .desc file or a descriptor object', {
    detail: { option: 'source' },
  });
}

function open(
  descriptor: MatrixDescriptor,
  path: string | null,
  folder: string | undefined,
  label: string,
  options: OpenMatrixOptions,
): FileMatrix {
  const allowOutside = options.allowOutside === true;
  const found = findDataFiles(descriptor, { folder, allowOutside, label });
  return new FileMatrix({
    descriptor: { ...descriptor, dirname: `${resolve(found.folder)}/`.replace(/\/+$/, '/') },
    path,
    files: found.paths,
    readOnly: options.readOnly === true,
  });
}

/**
 * What a `.desc` file says, whether or not its data are there.
 *
 * @throws EngineError `format`, `io`, `unsupported`
 */
export function readDescriptor(path: string): MatrixDescriptor {
  const file = new DiskFile(path, 'read');
  let bytes: Uint8Array;
  try {
    const size = file.size();
    if (size > mostDescriptorBytes)
      throw new EngineError('format', `${path} has ${size} bytes: it is no descriptor of a matrix`, {
        detail: { path, bytes: size },
      });
    bytes = file.read(0, size);
  } finally {
    file.close();
  }
  const value = readingR(path, () =>
    isRds(bytes) ? parseRds(bytes) : parseR(new TextDecoder().decode(bytes)),
  );
  return descriptorOfR(value, path);
}
