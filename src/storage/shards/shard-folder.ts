/** A folder of shards being made: data first, the manifest last, and what an interrupted attempt left swept away. */
import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { EngineError } from '../../base/engine-error.js';
import type { Sink } from '../../data/doors.js';
import {
  DiskFile,
  makeFolder,
  renameFile,
  setFileMode,
  siblingsOf,
  syncFolderOf,
  tryRemoveFile,
  tryRemoveFolder,
} from '../disk-file.js';
import { sweepTemporarySiblings, temporarySibling } from '../temporary-sibling.js';
import { fileIdBytes } from '../vtr/layout.js';
import { readVersion } from '../vtr/vtr-state.js';
import { writeVtr } from '../vtr/vtr-sink.js';
import type { WriteVtrOptions } from '../vtr/vtr-sink.js';
import { WriteLock } from '../write-lock.js';
import type { ShardData, ShardManifest } from './manifest.js';
import { encodeManifest } from './manifest.js';
import { readManifest } from './read-manifest.js';
import type { ShardLayout } from './shard-layout.js';

export const manifestName = 'shards.json';
/** Two names, so that new rows are written beside those of a folder that is replaced. */
const dataNames = ['data.vtr', 'data-1.vtr'] as const;

const ownName = /^(?:shards\.json|data(?:-1)?\.vtr)(?:\.lock)?$/;
const ownTemporary = /^\.(?:shards\.json|data(?:-1)?\.vtr)\..*\.tmp$/;

export type ShardFolderOptions = Pick<WriteVtrOptions, 'compression' | 'durability'>;

/** Shards under construction. Either `complete` or `abandon` ends it. */
export interface NewShards {
  /** Takes the rows with their shard numbers. */
  readonly sink: Sink;
  /** The rows are written: from now on the folder is these shards, and those that it was before are gone. */
  complete(layout: ShardLayout): Promise<ShardManifest>;
  /** Something failed: leaves the folder as it was. */
  abandon(): void;
}

/** Whether a name in a folder of shards is one that offloads make; for telling an interrupted one. */
export function isShardFile(name: string): boolean {
  return ownName.test(name) || ownTemporary.test(name);
}

/**
 * Starts a folder of shards at `path`. A complete one there stays what it is until `complete`, which replaces it in one
 * step; what an interrupted offload left is removed.
 *
 * @throws EngineError `argument`: the folder holds other files; `locked`: another offload is writing it; `io`, `no-space`
 */
export function createShardFolder(path: string, options: ShardFolderOptions = {}): NewShards {
  const manifestPath = join(path, manifestName);
  const made = makeFolder(path);
  let lock: WriteLock | undefined;
  let ended = false;
  const release = (): void => {
    if (ended) return;
    ended = true;
    lock?.release();
    if (made) tryRemoveFolder(path);
  };
  try {
    refuseOthers(path, siblingsOf(manifestPath));
    lock = WriteLock.acquire(manifestPath);
    const old = sweep(path, manifestPath);
    const file = old === dataNames[0] ? dataNames[1] : dataNames[0];
    const dataPath = join(path, file);
    const id = randomBytes(fileIdBytes);
    const { newFileMode } = lock;
    return {
      sink: { ...writeVtr(dataPath, { ...options, id }), label: basename(path) },
      async complete(layout) {
        let visible = false;
        try {
          const data = dataFacts(dataPath, file);
          const manifest: ShardManifest = { ...layout, data };
          const durable = options.durability !== 'none';
          await writeManifest(manifestPath, encodeManifest(manifest), newFileMode, durable);
          visible = true;
          if (durable) await syncFolderOf(manifestPath);
          if (durable && made) await syncFolderOf(path);
          if (old !== undefined) tryRemoveFile(join(path, old));
          return manifest;
        } catch (error) {
          // What readers see by now stays whole, even if it may not survive a crash.
          if (!visible) tryRemoveFile(dataPath);
          throw error;
        } finally {
          release();
        }
      },
      abandon() {
        if (!ended) tryRemoveFile(dataPath);
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** A folder with something else in it is not ours to fill, let alone to sweep. */
function refuseOthers(path: string, names: readonly string[]): void {
  const other = names.find((name) => !isShardFile(name));
  if (other === undefined) return;
  throw new EngineError(
    'argument',
    `${path} holds ${other}, which is no part of shards; offload into a folder of its own`,
    { detail: { path, file: other } },
  );
}

/** Removes what belongs to no complete offload; answers the data file that does. */
function sweep(path: string, manifestPath: string): string | undefined {
  sweepTemporarySiblings(manifestPath);
  const kept = completeData(manifestPath);
  for (const name of dataNames) {
    sweepTemporarySiblings(join(path, name));
    if (name !== kept) tryRemoveFile(join(path, name));
  }
  return kept;
}

/** The data file of a manifest that can be read; one that cannot be is replaced like one that is not there. */
function completeData(manifestPath: string): string | undefined {
  try {
    return readManifest(manifestPath).data.file;
  } catch (error) {
    if (error instanceof EngineError && (error.code === 'format' || error.detail['errno'] === 'ENOENT'))
      return undefined;
    throw error;
  }
}

/** Identity and version of the file just written. */
function dataFacts(path: string, file: string): ShardData {
  const opened = new DiskFile(path, 'read');
  try {
    const { id, committed } = readVersion(opened);
    const { sequence, footerChecksum } = committed;
    return { file, id, bytes: opened.size(), sequence, footerChecksum };
  } finally {
    opened.close();
  }
}

/** The manifest appears whole or not at all. */
async function writeManifest(path: string, text: string, mode: number, durable: boolean): Promise<void> {
  const temporary = temporarySibling(path);
  const file = new DiskFile(temporary, 'create');
  try {
    file.write(0, Buffer.from(text, 'utf8'));
    if (durable) await file.sync();
    setFileMode(temporary, mode);
    renameFile(temporary, path);
  } catch (error) {
    tryRemoveFile(temporary);
    throw error;
  } finally {
    file.close();
  }
}
