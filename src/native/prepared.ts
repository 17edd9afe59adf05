/** References kept in files by the engine: writing what lies in memory, and reading it back checked. */
import { randomBytes } from 'node:crypto';

import { addon } from './addon.js';
import type { NativeObject } from './native-object.js';
import type { MetricName, NativeReference } from './neighbors.js';
import { describeReference, metricIds } from './neighbors.js';
import type { TaskOptions } from './task.js';
import { runTask } from './task.js';

/** A hash of the rows of a resident reference, as `fingerprintPoints` gives for the same rows. */
export async function fingerprintReference(
  reference: NativeReference,
  options?: TaskOptions,
): Promise<string> {
  return (await runTask(
    'hashing a reference',
    () => addon().hashReference(reference.object),
    options,
  )) as string;
}

/**
 * Writes a resident reference into a new file, complete and on the disk when the promise resolves.
 *
 * @returns bytes of the file
 */
export async function writePrepared(
  reference: NativeReference,
  path: string,
  fingerprint: string,
  options?: TaskOptions,
): Promise<number> {
  const start = (): NativeObject =>
    addon().writePrepared(reference.object, path, fingerprint, randomBytes(16));
  return (await runTask('writing a prepared reference', start, options)) as number;
}

export interface ReadPreparedOptions extends TaskOptions {
  /** Whether the checksums of rows and index are looked at; those of header and manifest always are. */
  readonly verify: boolean;
  /** Bytes for rows and index; 0: half of the process's. */
  readonly memory: number;
  /** 0: all. */
  readonly threads: number;
}

/** A reference from a file, with what the file says of it. */
export interface ReadPrepared {
  readonly reference: NativeReference;
  readonly metric: MetricName;
  readonly p: number;
  readonly skipMissing: boolean;
  /** Rows are floats. */
  readonly single: boolean;
  readonly fingerprint: string;
}

const metricNames = new Map<number, MetricName>(
  Object.entries(metricIds).map(([name, id]) => [id, name as MetricName]),
);

/** @throws EngineError `format` for a file that is not one, or not as it was written; `memory`; `io` */
export async function readPrepared(
  path: string,
  { verify, memory, threads, ...watch }: ReadPreparedOptions,
): Promise<ReadPrepared> {
  const start = (): NativeObject => addon().readPrepared(path, { verify, memory, threads });
  const read = (await runTask('reading a prepared reference', start, watch)) as Omit<
    ReadPrepared,
    'reference' | 'metric'
  > & { readonly reference: NativeObject; readonly metric: number };
  return { ...read, reference: describeReference(read.reference), metric: metricNames.get(read.metric)! };
}
