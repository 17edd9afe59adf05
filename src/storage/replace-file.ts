/** A file replaced in one step: whoever reads it, also after a crash, finds the old content or the new one. */
import { EngineError } from '../base/engine-error.js';
import { DiskFile, renameFile, setFileMode, syncFolderOf, tryRemoveFile } from './disk-file.js';
import { temporarySibling } from './temporary-sibling.js';

/**
 * Writes a hidden sibling, syncs it, renames it over `path` and syncs the folder. Call while holding the lock of `path`.
 *
 * @param mode permissions of the file
 * @throws EngineError `io`, `no-space`; the old file is then as it was
 */
export async function replaceFile(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const draft = temporarySibling(path);
  const file = new DiskFile(draft, 'create');
  try {
    file.write(0, bytes);
    await file.sync();
    file.close();
    setFileMode(draft, mode);
    renameFile(draft, path);
  } catch (error) {
    file.close();
    tryRemoveFile(draft);
    throw error;
  }
  await syncFolderOf(path);
}

/**
 * The content of a file, or undefined where there is none.
 *
 * @param most bytes that are read at most
 * @throws EngineError `io`
 */
export function contentOfFile(path: string, most = Number.MAX_SAFE_INTEGER): Uint8Array | undefined {
  let file: DiskFile;
  try {
    file = new DiskFile(path, 'read');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
  try {
    return file.read(0, Math.min(most, file.size()));
  } finally {
    file.close();
  }
}

/** Whether an error says that a file does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof EngineError && error.detail['errno'] === 'ENOENT';
}
