/** prepareReference and openPrepared: a reference made ready once, in memory or in a file of its own. */
import { checkWhole } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import { throwIfCancelled } from '../base/cancel.js';
import type { ByteSize } from '../base/byte-size.js';
import { parseByteSize } from '../base/byte-size.js';
import type { NativeReference } from '../native/neighbors.js';
import { fingerprintReference, readPrepared, writePrepared } from '../native/prepared.js';
import { optionsOf } from '../query/names.js';
import { renameFile, setFileMode, syncFolderOf, tryRemoveFile } from '../storage/disk-file.js';
import { sweepTemporarySiblings, temporarySibling } from '../storage/temporary-sibling.js';
import { WriteLock } from '../storage/write-lock.js';
import type { PointsInput } from './points-input.js';
import { resolvePoints } from './points-input.js';
import { PreparedReference } from './prepared-reference.js';
import type { KnownSearch, SearchOptions } from './search-options.js';
import { givenOptions, knownSearch, oneOf } from './search-options.js';
import { openReference } from './search-reference.js';

export interface PrepareOptions extends Omit<SearchOptions, 'base'> {
  /** A file that keeps it for `openPrepared`; one that is there is replaced when the new one is whole. */
  readonly path?: string | undefined;
  /** Neighbours and queries to expect, for the choice of the way to search; by default 10, and many. */
  readonly k?: number | undefined;
  readonly queries?: number | undefined;
}

/** Where the way is chosen for many queries: what is prepared is asked often. */
const manyQueries = 1_000_000;
const usualK = 10;

/**
 * Reads, checks and indexes a reference once, so that searches start at once; results are those of the reference itself,
 * to the bit. With `path` it is also kept in one file with checksums, from which `openPrepared` has it back without reading
 * the reference or building the index.
 *
 * A reference larger than `memory` is prepared as far as can be: it is checked block by block as searches read it, and
 * cannot be kept in a file.
 *
 * @throws EngineError as `knn` for the reference and options; `memory` with `path` when it does not fit; `io`, `no-space`,
 *   `locked` for the file, which then is what it was before
 * @example
 * await using ready = await prepareReference([[1, 2], [3, 4], [5, 7]], { metric: 'manhattan' })
 * const { index } = await knn(ready, { query: [[4, 6]], k: 1 })
 * index   // => Uint32Array(1) [2]
 */
export async function prepareReference(
  reference: PointsInput,
  options: PrepareOptions = {},
): Promise<PreparedReference> {
  const what = 'prepareReference';
  const given = givenOptions(options, ['path', 'k', 'queries'], what);
  if (given['base'] !== undefined) {
    throw new EngineError('argument', `${what} has no option "base"; give it to the searches`);
  }
  const search = knownSearch(given, what);
  const path = options.path === undefined ? undefined : checkPath(options.path, what);
  const k = options.k === undefined ? usualK : checkWhole('k', options.k, 1);
  const queries = options.queries === undefined ? manyQueries : checkWhole('queries', options.queries, 0);
  if (reference instanceof PreparedReference) {
    throw new EngineError('argument', 'the reference is prepared already');
  }
  const opened = await openReference(reference, search, what);
  try {
    const native = await opened.ready({ queries, k });
    const fingerprint = native.resident
      ? (): Promise<string> => fingerprintReference(native)
      : (): Promise<string> => opened.fingerprint();
    const { metric, shape, files } = opened;
    const parts = { native, metric, skipMissing: search.skipMissing, shape, files };
    if (path !== undefined) await keep(native, path, await fingerprint(), search);
    return new PreparedReference({ ...parts, fingerprint, path, close: () => opened.close() });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function checkPath(path: unknown, what: string): string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return path;
  throw new EngineError('argument', `the path of ${what} must be the path of a file`, {
    detail: { option: 'path' },
  });
}

/** The file appears when it is whole; what had its name before stays until then. */
async function keep(
  native: NativeReference,
  path: string,
  fingerprint: string,
  { signal }: KnownSearch,
): Promise<void> {
  if (!native.resident) {
    throw new EngineError(
      'memory',
      `the reference cannot be kept in ${path}: with its index it is larger than the memory it may use; allow more with memory`,
    );
  }
  const lock = WriteLock.acquire(path);
  try {
    sweepTemporarySiblings(path);
    const draft = temporarySibling(path);
    try {
      await writePrepared(native, draft, fingerprint, { signal });
      setFileMode(draft, lock.newFileMode);
      renameFile(draft, path);
    } catch (error) {
      tryRemoveFile(draft);
      throw error;
    }
    await syncFolderOf(path);
  } finally {
    lock.release();
  }
}

export interface OpenPreparedOptions {
  /** The reference that was prepared: the file is refused when it is another one, or has changed. Cost: one pass over it. */
  readonly reference?: PointsInput | undefined;
  /** Whether checksums of rows and index are looked at; `always` by default. */
  readonly verify?: 'always' | 'never' | undefined;
  readonly memory?: ByteSize | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const openOptions = ['reference', 'verify', 'memory', 'threads', 'signal'];

/**
 * A reference from the file that `prepareReference` wrote: one pass over the file, at the speed of reading.
 *
 * @throws EngineError `format` for a file that is damaged or none; `changed` when `reference` is not what was prepared, with
 *   what differs; `memory`, `io`
 * @example
 * await prepareReference([[1, 2], [3, 4], [5, 7]], { path: 'three.prepared' })
 * const three = await openPrepared('three.prepared')
 * const { index } = await knn(three, { k: 1 })
 * three.rows   // => 3
 * index        // => Uint32Array(3) [1, 0, 1]
 */
export async function openPrepared(
  path: string,
  options: OpenPreparedOptions = {},
): Promise<PreparedReference> {
  const what = 'openPrepared';
  const given = optionsOf(options, openOptions, what) as OpenPreparedOptions;
  checkPath(path, what);
  throwIfCancelled(given.signal);
  const verify = oneOf('verify', given.verify ?? 'always', ['always', 'never']) === 'always';
  const memory = given.memory === undefined ? 0 : parseByteSize('memory', given.memory);
  const threads = given.threads === undefined ? 0 : checkWhole('threads', given.threads, 1, 1024);
  const read = await readPrepared(path, { verify, memory, threads, signal: given.signal });
  const { reference: native, fingerprint } = read;
  if (given.reference !== undefined) await checkUnchanged(path, native, fingerprint, given.reference);
  return new PreparedReference({
    native,
    metric: { name: read.metric, p: read.p },
    skipMissing: read.skipMissing,
    shape: {
      rows: native.rows,
      cols: native.columns,
      width: read.single ? 4 : 8,
      fileBacked: false,
      label: `${path}, ${native.rows.toLocaleString('en-US')} × ${String(native.columns)}`,
    },
    fingerprint: async () => fingerprint,
    files: [path],
    path,
    close: async () => undefined,
  });
}

async function checkUnchanged(
  path: string,
  native: NativeReference,
  fingerprint: string,
  reference: PointsInput,
): Promise<void> {
  const points = await resolvePoints(reference, 'the reference');
  try {
    const shape = `${String(points.rows)} × ${String(points.cols)}`;
    const prepared = `${String(native.rows)} × ${String(native.columns)}`;
    const what = shape !== prepared ? `its shape, ${prepared}, is now ${shape}` : 'its values have changed';
    if (shape === prepared && (await points.fingerprint()) === fingerprint) return;
    throw new EngineError(
      'changed',
      `${path} was prepared from another reference than ${points.label}: ${what}; prepare it again`,
      { detail: { path, what, prepared: fingerprint } },
    );
  } finally {
    await points.close();
  }
}
