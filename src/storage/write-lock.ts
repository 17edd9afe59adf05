/** One writer at a time: a lock file beside the file being written, taken over when its owner is dead. */
import { EngineError } from '../base/engine-error.js';
import { DiskFile, linkFile, renameFile, tryRemoveFile } from './disk-file.js';
import type { ProcessIdentity } from './process-identity.js';
import { isGone, ownIdentity } from './process-identity.js';
import { temporarySibling } from './temporary-sibling.js';

const maxLockBytes = 4096;
const attempts = 3;
/** A lock is empty for as long as its writer takes from making it to filling it; longer only if that never happened. */
const emptyMillis = 10_000;
/** Errors of file systems without second names. */
const noLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, start, host } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(pid) && Number(pid) > 0 && typeof start === 'string' && typeof host === 'string'
  );
}

interface FoundLock {
  readonly owner: ProcessIdentity | undefined;
  /** Its owner is gone, or the system went down before it could say who it was. */
  readonly abandoned: boolean;
}

function readLock(path: string): FoundLock {
  const file = new DiskFile(path, 'read');
  try {
    const text = new TextDecoder().decode(file.read(0, maxLockBytes));
    const owner = text === '' ? undefined : identityIn(text);
    if (owner !== undefined) return { owner, abandoned: isGone(owner) };
    return { owner, abandoned: text === '' && Date.now() - file.changedMillis() > emptyMillis };
  } finally {
    file.close();
  }
}

function identityIn(text: string): ProcessIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isIdentity(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function exists(error: unknown): boolean {
  return error instanceof EngineError && error.detail['errno'] === 'EEXIST';
}

function missing(error: unknown): boolean {
  return error instanceof EngineError && error.detail['errno'] === 'ENOENT';
}

/** Removes an abandoned lock, and no other: it is moved aside first, and only then looked at. */
function takeAway(target: string, path: string): void {
  const aside = temporarySibling(target);
  try {
    renameFile(path, aside);
  } catch (error) {
    if (missing(error)) return;
    throw error;
  }
  // A living writer took the lock in between: it gets it back.
  if (readLock(aside).abandoned) tryRemoveFile(aside);
  else renameFile(aside, path);
}

/** Makes the lock with its owner in it, in one step where the file system has second names; answers its permissions. */
function makeLock(target: string, path: string): number {
  const content = new TextEncoder().encode(JSON.stringify(ownIdentity()));
  const draft = temporarySibling(target);
  const mode = writeNew(draft, content);
  try {
    linkFile(draft, path);
    return mode;
  } catch (error) {
    const errno = error instanceof EngineError ? error.detail['errno'] : undefined;
    if (!noLinks.has(String(errno))) throw error;
    return writeNew(path, content);
  } finally {
    tryRemoveFile(draft);
  }
}

function writeNew(path: string, content: Uint8Array): number {
  const file = new DiskFile(path, 'create', 0o666);
  try {
    file.write(0, content);
    return file.mode();
  } catch (error) {
    tryRemoveFile(path);
    throw error;
  } finally {
    file.close();
  }
}

/** The lock of one file; `release` when the writing is over. */
export class WriteLock {
  readonly #path: string;
  /** Permissions that this process gives new files. */
  readonly newFileMode: number;

  private constructor(path: string, newFileMode: number) {
    this.#path = path;
    this.newFileMode = newFileMode;
  }

  /** @throws EngineError `locked` while another writer has the file; `io` */
  static acquire(target: string): WriteLock {
    const path = `${target}.lock`;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      try {
        return new WriteLock(path, makeLock(target, path));
      } catch (error) {
        if (!exists(error)) throw notWritable(target, path, error);
      }
      try {
        const { owner, abandoned } = readLock(path);
        if (!abandoned) throw lockedError(target, path, owner);
      } catch (error) {
        if (missing(error)) continue;
        throw error;
      }
      takeAway(target, path);
    }
    throw lockedError(target, path, undefined);
  }

  release(): void {
    tryRemoveFile(this.#path);
  }
}

/** What kept the lock from being made, as an error about the file that the caller knows. */
function notWritable(target: string, lock: string, error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  const why = missing(error) ? 'its folder does not exist' : error.message;
  return new EngineError(error.code, `cannot write ${target}: ${why}`, {
    detail: { ...error.detail, path: target, lock },
    cause: error,
  });
}

function lockedError(target: string, path: string, owner: ProcessIdentity | undefined): EngineError {
  const who = owner === undefined ? 'another writer' : `process ${owner.pid} on ${owner.host}`;
  return new EngineError(
    'locked',
    `${target} is being written by ${who}; wait for it, or remove ${path} if that writer is gone`,
    { detail: { path: target, lock: path, ...(owner === undefined ? {} : { pid: owner.pid }) } },
  );
}
