/** Where a job goes on: where it stopped, or at an earlier row that the caller names. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import type { JobKind } from './job-kind.js';
import type { JobManifest, JobPhase } from './job-manifest.js';

/** From where a job computes again. */
export interface ResumeFrom {
  /** Row of the queries, counted from 0; what comes before it is kept. */
  readonly row: number;
  /** Which phase the row is of; by default the one that the job is in. */
  readonly phase?: JobPhase | undefined;
}

export interface GoOn {
  /** Number of the phase. */
  readonly phase: number;
  /** The first row that is computed. */
  readonly row: number;
}

/**
 * Rows begin anew at the start of the segment that `from.row` is in: what was written before in the same segment has no
 * sum of its own that would prove it.
 *
 * @throws EngineError `argument` for a row or phase that the job has not come to
 */
export function goOnFrom(manifest: JobManifest, kind: JobKind, from: ResumeFrom | undefined): GoOn {
  const current = kind.phases.indexOf(manifest.phase);
  const { row: done } = manifest.cursor;
  if (from === undefined) return { phase: current, row: done };
  if (typeof from !== 'object' || from === null)
    throw new EngineError('argument', 'from of resumeJob is { row }, and may name a phase', {
      detail: { option: 'from' },
    });
  for (const name of Object.keys(from))
    if (name !== 'row' && name !== 'phase')
      throw new EngineError(
        'argument',
        `from of resumeJob has no ${JSON.stringify(name)}${didYouMean(name, ['row', 'phase'], 'options')}`,
        { detail: { option: 'from' } },
      );
  const phase = from.phase === undefined ? current : kind.phases.indexOf(from.phase);
  if (phase < 0 || phase > current)
    throw new EngineError(
      'argument',
      `the job has not come to a phase ${JSON.stringify(from.phase)}; its phases so far are ` +
        kind.phases.slice(0, current + 1).join(', '),
      { detail: { option: 'from.phase' } },
    );
  const rows = phase < current ? manifest.queries : done;
  const row = checkWhole('from.row', from.row, 0);
  if (row > rows)
    throw new EngineError(
      'argument',
      `from.row is ${row}, and the job has written ${rows} of ${manifest.queries} rows; it can go back, not ahead`,
      { detail: { option: 'from.row', rows } },
    );
  if (row === rows) return { phase, row };
  return { phase, row: row - (row % manifest.segmentRows) };
}
