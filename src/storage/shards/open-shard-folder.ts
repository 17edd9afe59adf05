/** Opens a folder of shards: the manifest, and the data file checked to be the one that it speaks of. */
import { basename, join } from 'node:path';
import { EngineError } from '../../base/engine-error.js';
import type { Source } from '../../data/doors.js';
import { sameType, uint32 } from '../../data/types.js';
import { DiskFile, siblingsOf } from '../disk-file.js';
import { readVersion } from '../vtr/vtr-state.js';
import type { OpenVtrOptions } from '../vtr/vtr-source.js';
import { openVtr } from '../vtr/vtr-source.js';
import { hashShardOf } from './hash-shard.js';
import type { ShardManifest } from './manifest.js';
import { readManifest } from './read-manifest.js';
import { isShardFile, manifestName } from './shard-folder.js';
import { shardsSource } from './shards-source.js';

export interface ShardFolder {
  readonly path: string;
  readonly dataPath: string;
  readonly manifest: ShardManifest;
  /** The rows of all shards with their numbers. */
  readonly source: Source;
  /** Lets go of the data file; queries that read it go on. */
  close(): void;
}

export interface OpenShardOptions extends OpenVtrOptions {
  /** What the manifest says, for whoever has just written it. */
  readonly manifest?: ShardManifest | undefined;
  /** How plans call the source; the folder's name by default. */
  readonly label?: string | undefined;
  /** Called before the data file is read; may refuse. */
  readonly beforeOpen?: (() => void) | undefined;
}

/**
 * Shards that an offload left at `path`. Reads the manifest and the header and footer of the data file.
 *
 * @throws EngineError `io`: no such folder; `format`: no shards, an interrupted offload, damage; `changed`: the data file is
 *   missing or another one than the manifest was written for
 */
export function openShardFolder(path: string, options: OpenShardOptions = {}): ShardFolder {
  const manifestPath = join(path, manifestName);
  const names = siblingsOf(manifestPath);
  if (!names.includes(manifestName)) throw withoutManifest(path, names);
  const manifest = options.manifest ?? readManifest(manifestPath);
  const dataPath = join(path, manifest.data.file);
  if (!names.includes(manifest.data.file)) throw changed(manifest, dataPath, 'it is missing');
  checkIdentity(dataPath, manifest);
  const data = openVtr(dataPath, options);
  checkSchema(dataPath, manifest, data);
  const source = shardsSource(data, manifest, options.label ?? basename(path), hashShardOf(manifest));
  return {
    path,
    dataPath,
    manifest,
    source: {
      ...source,
      open: async (request) => {
        options.beforeOpen?.();
        return source.open(request);
      },
    },
    close: () => {
      data.close();
    },
  };
}

function withoutManifest(path: string, names: readonly string[]): EngineError {
  const interrupted = names.some((name) => /\.vtr\b/.test(name) && isShardFile(name));
  const what = interrupted
    ? `rows without a ${manifestName}: an offload to it was interrupted, or is still going on`
    : `no ${manifestName}`;
  const remedy = interrupted
    ? 'offload to it again, which replaces what is there'
    : 'give the folder of an offload';
  return new EngineError('format', `${path} holds no complete shards: it has ${what}; ${remedy}`, {
    detail: { path, what: interrupted ? 'interrupted' : 'no shards' },
  });
}

function checkIdentity(path: string, manifest: ShardManifest): void {
  const { id, bytes, sequence, footerChecksum } = manifest.data;
  const file = new DiskFile(path, 'read');
  try {
    const { id: found, committed } = readVersion(file);
    if (found.some((byte, i) => byte !== id[i])) throw changed(manifest, path, 'it is another file');
    if (committed.sequence !== sequence) throw changed(manifest, path, 'rows were added to it');
    if (committed.footerChecksum !== footerChecksum) throw changed(manifest, path, 'it has another footer');
    const size = file.size();
    if (size !== bytes)
      throw new EngineError(
        'format',
        `${path} is damaged: it has ${size} bytes where its manifest says ${bytes}; ${remedyFor(manifest)}`,
        { detail: { path, bytes: size, expected: bytes } },
      );
  } finally {
    file.close();
  }
}

function checkSchema(path: string, manifest: ShardManifest, data: Source): void {
  const expected = [...manifest.schema.fields, { name: manifest.shardColumn, type: uint32, nullable: false }];
  const { fields } = data.schema;
  const same =
    fields.length === expected.length &&
    expected.every((field, i) => field.name === fields[i]!.name && sameType(field.type, fields[i]!.type));
  if (!same) throw changed(manifest, path, 'it has other columns');
  if (data.rows !== manifest.rows) throw changed(manifest, path, 'it has another number of rows');
}

function changed(manifest: ShardManifest, path: string, what: string): EngineError {
  return new EngineError(
    'changed',
    `${path} is not the data of its ${manifestName}: ${what}; ${remedyFor(manifest)}`,
    { detail: { path, what, shards: manifest.shards.length } },
  );
}

function remedyFor({ by }: ShardManifest): string {
  return `restore it from a copy, or offload by ${by.join(', ')} again`;
}
