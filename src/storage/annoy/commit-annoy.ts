/** A new Annoy file with its sidecar put in the place of those before: at any moment, readers find one pair whole. */
import { EngineError } from '../../base/engine-error.js';
import type { BuiltAnnoy } from '../../native/annoy.js';
import { DiskFile, isThere, renameFile, setFileMode, syncFolderOf, tryRemoveFile } from '../disk-file.js';
import { replaceFile } from '../replace-file.js';
import { sweepTemporarySiblings, temporarySibling } from '../temporary-sibling.js';
import { WriteLock } from '../write-lock.js';
import type { AnnoyPaths } from './annoy-pair.js';
import { nextSidecarPath, openAnnoyPair } from './annoy-pair.js';
import type { FileMd5Options } from './file-md5.js';
import { md5OfFile } from './file-md5.js';
import type { AnnoySidecar } from './sidecar.js';
import { printSidecar } from './sidecar.js';

/** What is known of a file once it is written. */
export interface WrittenAnnoy {
  readonly built: BuiltAnnoy;
  readonly md5: string;
  /** When it was written, in milliseconds since 1970. */
  readonly fileMillis: number;
}

/**
 * Has a file written and puts it in place.
 *
 * In this order: the file as a draft; its sidecar as `.meta.next`; the file gets its name; the sidecar gets its name. A
 * reader that finds `.meta` describing another file looks at `.meta.next`.
 *
 * @param write writes the draft, complete and on the disk   @param describe makes the sidecar
 * @throws EngineError `locked` while another build has the file; what `write` throws; `io`, `no-space`. What was there before
 *   is then still there, unless only the last of the names could not be given
 */
export async function commitAnnoy(
  paths: AnnoyPaths,
  write: (draft: string) => Promise<BuiltAnnoy>,
  describe: (written: WrittenAnnoy) => AnnoySidecar,
  watch: FileMd5Options = {},
): Promise<AnnoySidecar> {
  const { path, metadataPath } = paths;
  const next = nextSidecarPath(paths);
  const lock = WriteLock.acquire(path);
  try {
    for (const name of [path, metadataPath, next]) sweepTemporarySiblings(name);
    await finishCommit(paths);
    const draft = temporarySibling(path);
    let sidecar: AnnoySidecar;
    try {
      const built = await write(draft);
      setFileMode(draft, lock.newFileMode);
      sidecar = describe({ built, md5: await md5OfFile(draft, watch), fileMillis: writtenMillis(draft) });
      await replaceFile(next, new TextEncoder().encode(printSidecar(sidecar)), lock.newFileMode);
      renameFile(draft, path);
    } catch (error) {
      tryRemoveFile(draft);
      tryRemoveFile(next);
      throw error;
    }
    await syncFolderOf(path);
    renameFile(next, metadataPath);
    await syncFolderOf(metadataPath);
    return sidecar;
  } finally {
    lock.release();
  }
}

/** Gives the sidecar its name that a build which died has not given it any more. Call while holding the lock. */
async function finishCommit(paths: AnnoyPaths): Promise<void> {
  const next = nextSidecarPath(paths);
  if (!isThere(next) || !isThere(paths.path)) return;
  try {
    if (openAnnoyPair(paths)?.sidecarPath !== next) return;
  } catch (error) {
    // Neither sidecar describes the file: there is no index that could be lost.
    if (error instanceof EngineError && (error.code === 'format' || error.code === 'changed')) return;
    throw error;
  }
  renameFile(next, paths.metadataPath);
  await syncFolderOf(paths.metadataPath);
}

function writtenMillis(path: string): number {
  const file = new DiskFile(path, 'read');
  try {
    return file.changedMillis();
  } finally {
    file.close();
  }
}
