/** An Annoy file and its sidecar, opened as one: both of the same build, also while another build takes their place. */
import { EngineError } from '../../base/engine-error.js';
import type { NativeAnnoy } from '../../native/annoy.js';
import { openAnnoyFile } from '../../native/annoy.js';
import { DiskFile, stateOfFile } from '../disk-file.js';
import { contentOfFile } from '../replace-file.js';
import type { AnnoySidecar } from './sidecar.js';
import { mostSidecarBytes, parseSidecar } from './sidecar.js';

export interface AnnoyPaths {
  readonly path: string;
  readonly metadataPath: string;
}

/** The sidecar of a file that is about to take, or has just taken, the place of the one before. */
export function nextSidecarPath({ metadataPath }: AnnoyPaths): string {
  return `${metadataPath}.next`;
}

/** A file with the sidecar that describes it. */
export interface AnnoyPair {
  readonly file: NativeAnnoy;
  readonly sidecar: AnnoySidecar;
  /** Where the sidecar was found. */
  readonly sidecarPath: string;
}

/** How often a pair is looked at again that changed in the meantime, and how long is waited. */
const attempts = 40;
const waitMillis = 5;

/**
 * Opens the file and checks it against its sidecar. Undefined: there is none.
 *
 * @throws EngineError `io`; `format` for a sidecar that is none, or a file that is damaged; `changed` for a file that is not
 *   the one described
 */
export function openAnnoyPair(
  paths: AnnoyPaths,
  { prefault = false }: { readonly prefault?: boolean } = {},
): AnnoyPair | undefined {
  for (let attempt = 1; ; attempt += 1) {
    const before = statesOf(paths);
    const found = lookAt(paths, prefault);
    // A build that was finished in between may have left a file of one build and the sidecar of another in our hands.
    if (statesOf(paths) === before) {
      if (found.error !== undefined) throw found.error;
      return found.pair;
    }
    if (attempt === attempts) {
      throw new EngineError(
        'changed',
        `${paths.path} is replaced again and again; open it when that is over`,
        {
          detail: { path: paths.path },
        },
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMillis);
  }
}

function statesOf(paths: AnnoyPaths): string {
  return [paths.path, paths.metadataPath, nextSidecarPath(paths)]
    .map((path) => stateOfFile(path) ?? '')
    .join(' ');
}

interface Described {
  readonly path: string;
  readonly sidecar: AnnoySidecar;
}

interface Looked {
  readonly pair: AnnoyPair | undefined;
  /** Why there is no pair, though there is a sidecar. */
  readonly error: EngineError | undefined;
}

function lookAt(paths: AnnoyPaths, prefault: boolean): Looked {
  const { size, changedMillis } = sizeAndTime(paths.path);
  const candidates: Described[] = [];
  const errors = new Map<string, EngineError>();
  const attempt = (path: string, step: () => void): void => {
    try {
      step();
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown;
      if (!errors.has(path)) errors.set(path, thrown);
    }
  };
  for (const path of [paths.metadataPath, nextSidecarPath(paths)]) {
    attempt(path, () => {
      const sidecar = readSidecar(path, size);
      if (sidecar !== undefined) candidates.push({ path, sidecar });
    });
  }
  // Of two that fit what is looked at now, the one that was written with the file is right.
  const apart = ({ sidecar }: Described): number => Math.abs((sidecar.fileMillis ?? 0) - changedMillis);
  candidates.sort((a, b) => apart(a) - apart(b));
  let pair: AnnoyPair | undefined;
  for (const { path, sidecar } of candidates) {
    attempt(path, () => {
      pair ??= { file: openDescribed(paths.path, path, sidecar, prefault), sidecar, sidecarPath: path };
    });
  }
  if (pair !== undefined) return { pair, error: undefined };
  // Where there is but the next one, and of another file, a build died before it came to a file that had none.
  const ofNext = errors.get(nextSidecarPath(paths));
  return { pair, error: errors.get(paths.metadataPath) ?? (isDamage(ofNext) ? undefined : ofNext) };
}

function isDamage(error: EngineError | undefined): boolean {
  return error?.code === 'format' || error?.code === 'changed';
}

function sizeAndTime(path: string): { readonly size: number; readonly changedMillis: number } {
  const file = new DiskFile(path, 'read');
  try {
    return { size: file.size(), changedMillis: file.changedMillis() };
  } finally {
    file.close();
  }
}

/** @param indexBytes size of the file that it stands beside   @throws EngineError `format`, `io` */
export function readSidecar(path: string, indexBytes: number): AnnoySidecar | undefined {
  const most = mostSidecarBytes(indexBytes);
  const bytes = contentOfFile(path, most + 1);
  if (bytes === undefined) return undefined;
  if (bytes.length <= most) return parseSidecar(bytes, path);
  throw new EngineError(
    'format',
    `${path} is larger than ${String(most)} bytes, which no sidecar of such an index is`,
    { detail: { path, limit: most } },
  );
}

function openDescribed(
  path: string,
  sidecarPath: string,
  sidecar: AnnoySidecar,
  prefault: boolean,
): NativeAnnoy {
  const { metric, dimension, items, trees, fileSize, blockSums } = sidecar;
  try {
    return openAnnoyFile({ path, metric, dimension, items, trees, bytes: fileSize, blockSums, prefault });
  } catch (thrown) {
    if (!(thrown instanceof EngineError) || !isDamage(thrown)) throw thrown;
    throw new EngineError(
      thrown.code,
      `${thrown.message}; ${sidecarPath} says what it was. Put the two of one build together, or build it again`,
      { detail: { path, ...thrown.detail, metadata: sidecarPath }, cause: thrown },
    );
  }
}
