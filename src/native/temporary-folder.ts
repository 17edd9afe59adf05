/** Private folders for temporary files: gone when their process is, however it ends. */
import { addon } from './addon.js';
import { callNative } from './native-error.js';

/**
 * A fresh folder in `directory` that only this user may enter, removed with the files of ours in it at exit; those of dead
 * processes are removed first.
 *
 * @throws EngineError `io`, `no-space`
 */
export function makeTemporaryFolder(directory: string): string {
  return callNative('making a folder for temporary files', () => {
    addon().sweepSpillFolders(directory);
    return addon().makeSpillFolder(directory);
  });
}

/** Removes a folder made here with the files in it; safe to call again. */
export function removeTemporaryFolder(folder: string): void {
  callNative('removing temporary files', () => {
    addon().clearSpillFolder(folder);
  });
}

/** Where temporary files go by default. */
export function temporaryDirectory(): string {
  return addon().machine().tempDirectory;
}
