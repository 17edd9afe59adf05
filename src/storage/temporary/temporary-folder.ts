/** Folders for files that stand in for a computation: private, and gone with whoever uses them or with the process. */
import { resolve } from 'node:path';
import { EngineError } from '../../base/engine-error.js';
import {
  makeTemporaryFolder,
  removeTemporaryFolder,
  temporaryDirectory,
} from '../../native/temporary-folder.js';

/** Whoever is collected leaves the folder's path here. */
const unused = new FinalizationRegistry<string>((path) => {
  try {
    removeTemporaryFolder(path);
  } catch {
    // It goes when the process ends.
  }
});

/** One folder that only this user may enter. Names of files in it end in `.vtr`, `.json`, `.bin` or `.desc`. */
export class TemporaryFolder {
  readonly path: string;
  #removed = false;

  /**
   * Makes a fresh folder; what dead processes left beside it is removed first.
   *
   * @param directory by default where queries spill
   * @throws EngineError `io`, `no-space`
   */
  constructor(directory?: string) {
    // Absolute: the process may go elsewhere before the folder goes.
    this.path = makeTemporaryFolder(resolve(directory ?? temporaryDirectory()));
  }

  get removed(): boolean {
    return this.#removed;
  }

  /** The folder goes when `user` is collected; it must not be reachable from here. */
  removeAfter(user: object): void {
    unused.register(user, this.path, this);
  }

  /** Removes the folder with its files; queries that read them go on. Safe to call again. */
  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    unused.unregister(this);
    removeTemporaryFolder(this.path);
  }

  /** @throws EngineError `argument` after `remove`; `what` names the rows, `remedy` what to do */
  check(what: string, remedy: string): void {
    if (!this.#removed) return;
    throw new EngineError('argument', `${what} was released, and its temporary files are gone; ${remedy}`);
  }
}
