/** The options of jobs: what every one of them takes, and how they are checked. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import type { MatrixSource } from '../matrix-input.js';
import type { SearchOptions } from '../search-options.js';
import type { JobCadence } from './job-pace.js';
import type { OnJobProgress } from './job-progress.js';

/** What every job takes beside what it computes. */
export interface JobOptions extends Omit<SearchOptions, 'onProgress'> {
  /**
   * Path of the checkpoint: a JSON file that must not exist yet. The job's own files have names that begin with this one.
   * Matrices that are in its folder, or below, are found again when the folder has moved.
   */
  readonly checkpoint: string;
  /** After how many rows or seconds the checkpoint is renewed, whichever comes first; 3 seconds by default. */
  readonly every?: JobCadence | undefined;
  /** Begins anew where there is a checkpoint already. */
  readonly overwrite?: boolean | undefined;
  /** Pauses the job: it rejects with code `cancelled`, and `resumeJob` goes on where it stopped. */
  readonly signal?: AbortSignal | undefined;
  /** Called about ten times a second while rows are written. What it throws stops the job, as `signal` does. */
  readonly onProgress?: OnJobProgress | undefined;
}

/** Options of jobs that ask about other rows than those of the reference. */
export interface QueryJobOptions extends JobOptions {
  /** A matrix whose rows are asked about; by default those of the reference. */
  readonly query?: MatrixSource | undefined;
}

export const jobOptionNames = ['checkpoint', 'every', 'overwrite', 'into'] as const;

/** @throws EngineError `argument` */
export function checkedPath(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw new EngineError(
    'argument',
    `${what} needs the path of a checkpoint: a file such as 'graph-job.json'`,
    {
      detail: { option: 'checkpoint' },
    },
  );
}

/** @throws EngineError `argument` */
export function checkedFlag(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new EngineError('argument', `${name} must be true or false`, { detail: { option: name } });
}

/** @throws EngineError `argument` */
export function checkedCadence(value: unknown): {
  readonly rows: number | null;
  readonly seconds: number | null;
} {
  if (value === undefined) return { rows: null, seconds: null };
  const bad = (message: string): EngineError =>
    new EngineError('argument', message, { detail: { option: 'every' } });
  if (typeof value !== 'object' || value === null) throw bad('every is { rows: 10_000 } or { seconds: 5 }');
  for (const name of Object.keys(value))
    if (name !== 'rows' && name !== 'seconds')
      throw bad(`every has no ${JSON.stringify(name)}${didYouMean(name, ['rows', 'seconds'], 'options')}`);
  const { rows, seconds } = value as JobCadence;
  if (rows !== undefined) checkWhole('every.rows', rows, 1);
  if (seconds !== undefined && !(typeof seconds === 'number' && seconds >= 0 && Number.isFinite(seconds)))
    throw bad('every.seconds must be a number, not negative');
  return { rows: rows ?? null, seconds: seconds ?? null };
}
