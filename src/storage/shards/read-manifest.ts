/** Reads the manifest of a folder of shards, and says of a damaged one what is wrong with it. */
import { EngineError } from '../../base/engine-error.js';
import { DiskFile } from '../disk-file.js';
import type { ShardManifest } from './manifest.js';
import { decodeManifest } from './manifest.js';
import { MalformedManifest } from './manifest-values.js';

/** More than a manifest of the most shards there can be; a text beyond cannot be held either. */
const mostBytes = 500_000_000;

/** @throws EngineError `format`: damaged; `io` */
export function readManifest(path: string): ShardManifest {
  const file = new DiskFile(path, 'read');
  try {
    const size = file.size();
    if (size > mostBytes) throw damagedManifest(path, `it has ${size} bytes`);
    return decodeManifest(Buffer.from(file.read(0, size)).toString('utf8'));
  } catch (error) {
    if (error instanceof MalformedManifest) throw damagedManifest(path, error.message, error);
    throw error;
  } finally {
    file.close();
  }
}

function damagedManifest(path: string, what: string, cause?: unknown): EngineError {
  return new EngineError(
    'format',
    `the manifest ${path} is damaged: ${what}; restore it from a copy or offload again`,
    { detail: { path, what }, cause },
  );
}
