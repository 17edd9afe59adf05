/** `resumeJob`: a job that was paused or killed goes on, when everything that it goes on from is what it was. */
import { resolve } from 'node:path';
import { parseByteSize } from '../../base/byte-size.js';
import type { ByteSize } from '../../base/byte-size.js';
import { checkWhole } from '../../base/assert.js';
import { throwIfCancelled } from '../../base/cancel.js';
import { EngineError } from '../../base/engine-error.js';
import { optionsOf } from '../../query/names.js';
import type { FileMatrix } from '../../storage/matrix/file-matrix.js';
import { knownMethod } from '../search-method-names.js';
import type { SearchMethodName } from '../search-method-names.js';
import { assembleJob } from './assemble-job.js';
import { checkManifest } from './check-manifest.js';
import { JobFile, readManifest } from './job-file.js';
import { jobKind } from './job-kinds.js';
import { checkFingerprint, findMatrix } from './job-matrices.js';
import type { JobManifest } from './job-manifest.js';
import { checkedFlag, checkedPath } from './job-options.js';
import type { OnJobProgress } from './job-progress.js';
import { JobReports } from './job-progress.js';
import { NeighborJob } from './neighbor-job.js';
import type { ResumeFrom } from './rewind.js';
import { goOnFrom } from './rewind.js';
import { manifestAt, runJob } from './run-job.js';
import { closeEverything } from './start-job.js';
import type { Closers } from './start-job.js';
import { verifyJob } from './verify-job.js';

export interface ResumeOptions {
  /** Computes rows again, from this one on; it counts from 0. Works for completed jobs, too. */
  readonly from?: ResumeFrom | undefined;
  /** Reads all that a completed job has written and compares it with the checkpoint; others are verified always. */
  readonly verify?: boolean | undefined;
  /** Matrices may be outside of the folder of the checkpoint. */
  readonly allowOutside?: boolean | undefined;
  readonly threads?: number | undefined;
  readonly memory?: ByteSize | undefined;
  readonly method?: SearchMethodName | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnJobProgress | undefined;
}

const optionNames = ['from', 'verify', 'allowOutside', 'threads', 'memory', 'method', 'signal', 'onProgress'];

/**
 * Goes on with a job where its checkpoint says that it stopped. Results are those of a job that was never stopped, byte for
 * byte.
 *
 * Before anything is written, all that the job has read and written is verified: the content of reference and query, and
 * what is in the destinations so far. A job that is completed returns at once, without looking at anything but its
 * checkpoint; `verify: true` verifies all that it wrote. `from: { row }` keeps what was written for earlier rows and
 * computes the others again.
 *
 * @param checkpoint path of the job's checkpoint; matrices in its folder are found by their place in it
 * @throws EngineError `changed` naming what is not what it was, a file and the rows in it; `io` naming a file that is not
 *   there; `format` for a checkpoint or file that is damaged; `locked` while another process runs the job; `limit` where
 *   destinations are too short; `cancelled` when it was paused again
 * @example
 * const job = await resumeJob('graph-job.json');
 * console.log(String(job)); // knn-graph job, completed: euclidean, k 10, …
 */
export async function resumeJob(checkpoint: string, options: ResumeOptions = {}): Promise<NeighborJob> {
  const given = optionsOf(options, optionNames, 'resumeJob') as ResumeOptions;
  throwIfCancelled(given.signal);
  const path = resolve(checkedPath(checkpoint, 'resumeJob'));
  const verify = checkedFlag('verify', given.verify) === true;
  const found = manifestIn(path);
  if (found.status === 'completed' && given.from === undefined && !verify)
    return new NeighborJob(found, path);
  const closers: Closers = [];
  const file = JobFile.open(path);
  closers.push(() => {
    file.close();
  });
  try {
    // Another run may have had the job until now.
    return await goOn(file, manifestIn(path), given, closers);
  } finally {
    await closeEverything(closers);
  }
}

function manifestIn(path: string): JobManifest {
  const manifest = readManifest(path);
  if (manifest === undefined)
    throw new EngineError('io', `there is no checkpoint ${path}`, { detail: { path, errno: 'ENOENT' } });
  checkManifest(manifest, jobKind(manifest.type), path);
  return manifest;
}

async function goOn(
  file: JobFile,
  manifest: JobManifest,
  given: ResumeOptions,
  closers: Closers,
): Promise<NeighborJob> {
  const { signal, threads, memory } = given;
  const kind = jobKind(manifest.type);
  const start = goOnFrom(manifest, kind, given.from);
  const allowOutside = checkedFlag('allowOutside', given.allowOutside) === true;
  const open = new Map<string, FileMatrix>();
  for (const record of manifest.matrices) {
    const readOnly = record.fingerprint !== null;
    const how = { folder: file.folder, checkpoint: file.path, allowOutside, readOnly };
    const matrix = findMatrix(record, how);
    closers.push(() => {
      matrix.close();
    });
    open.set(record.role, matrix);
  }
  for (const record of manifest.matrices) await checkFingerprint(record, open.get(record.role)!, signal);
  const reference = open.get('reference')!;
  const query = open.get('query');
  const resources = {
    threads: threads === undefined ? undefined : checkWhole('threads', threads, 1, 1024),
    memory: memory === undefined ? undefined : parseByteSize('memory', memory),
    method: knownMethod(given.method, 'resumeJob'),
  };
  const matrices = { reference, query, destinations: open };
  const job = assembleJob(file, manifest, kind, matrices, resources, closers);
  const position = await verifyJob(job, kind, start, signal);
  if (manifest.status === 'completed' && given.from === undefined) {
    for (const phase of job.phases) await phase.verifyEnd?.();
    return new NeighborJob(manifest, file.path);
  }
  await file.write(manifestAt(job, position));
  const reports = new JobReports(given.onProgress, manifest.queries, job.phases.length);
  return new NeighborJob(await runJob(job, position, reports, signal), file.path);
}
