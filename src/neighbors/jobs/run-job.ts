/** Runs a job from where it stands to its end, and keeps its checkpoint on the way. */
import { cancelledError } from '../../base/cancel.js';
import { EngineError } from '../../base/engine-error.js';
import type { JobManifest, WrittenSums } from './job-manifest.js';
import { JobPace } from './job-pace.js';
import type { JobReports } from './job-progress.js';
import type { JobPosition, OpenJob } from './open-job.js';
import type { PhasePlan } from './phase-plan.js';
import type { PhaseState } from './run-phase.js';
import { runPhase } from './run-phase.js';
import { SegmentSums } from './segment-sums.js';

/** The manifest of a job at a position. */
export function manifestAt(job: OpenJob, position: JobPosition, completed = false): JobManifest {
  const written: WrittenSums[] = [];
  for (const { phase, stores } of job.phases) {
    for (const { name } of stores) {
      const sums = position.sums.get(phase)?.get(name)?.sums();
      if (sums !== undefined) written.push({ phase, store: name, sums });
    }
  }
  return {
    ...job.manifest,
    status: completed ? 'completed' : 'running',
    phase: job.phases[position.phase]!.phase,
    cursor: { row: position.row, edge: position.edge },
    total: position.total,
    written,
  };
}

/**
 * @returns the manifest of the completed job, which is in its file
 * @throws EngineError what stopped it; `cancelled` when the signal did. What is written by then is kept.
 */
export async function runJob(
  job: OpenJob,
  from: JobPosition,
  reports: JobReports,
  signal?: AbortSignal,
): Promise<JobManifest> {
  let position = from;
  for (;;) {
    const plan = job.phases[position.phase]!;
    const state = await runOnePhase(job, plan, position, reports, signal);
    const sums = new Map([...position.sums, [plan.phase, state.sums]]);
    const total = plan.phase === 'search' ? position.total : state.edge;
    if (position.phase === job.phases.length - 1) {
      await syncAll(plan);
      const manifest = manifestAt(job, { ...position, ...state, sums, total }, true);
      await job.file.write(manifest);
      return manifest;
    }
    await syncAll(plan);
    position = { phase: position.phase + 1, row: 0, edge: 0, total, sums };
    await job.file.write(manifestAt(job, position));
  }
}

async function runOnePhase(
  job: OpenJob,
  plan: PhasePlan,
  position: JobPosition,
  reports: JobReports,
  signal: AbortSignal | undefined,
): Promise<PhaseState> {
  const { queries, segmentRows, every } = job.manifest;
  const before = position.sums.get(plan.phase);
  const state: PhaseState = {
    row: position.row,
    edge: position.edge,
    sums: new Map(plan.stores.map(({ name }) => [name, before?.get(name) ?? new SegmentSums(segmentRows)])),
  };
  const pace = new JobPace(
    { rows: every.rows ?? undefined, seconds: every.seconds ?? undefined },
    state.row,
    plan.mostRows,
  );
  let kept = true;
  const keep = async (): Promise<void> => {
    // A sync or a write that failed once is not tried again: the system may have forgotten what it had to write.
    kept = true;
    await syncAll(plan);
    const sums = new Map([...position.sums, [plan.phase, state.sums]]);
    await job.file.write(manifestAt(job, { ...position, row: state.row, edge: state.edge, sums }));
    pace.kept(state.row);
  };
  const written = (): void => {
    kept = false;
    reports.report(plan.phase, position.phase, state.row, state.edge);
  };
  await plan.begin?.();
  reports.beginPhase(state.row);
  try {
    await runPhase({ plan, state, queries, pace, signal, keep, written });
    return state;
  } catch (error) {
    if (!kept) await keep().catch(() => undefined);
    throw signal?.aborted === true && isCancelled(error) ? pausedError(job, plan, state, signal) : error;
  }
}

async function syncAll(plan: PhasePlan): Promise<void> {
  for (const store of plan.stores) await store.sync();
}

function isCancelled(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'cancelled';
}

function pausedError(
  job: OpenJob,
  { phase }: PhasePlan,
  { row }: PhaseState,
  signal: AbortSignal,
): EngineError {
  const { path } = job.file;
  return new EngineError(
    'cancelled',
    `${cancelledError(signal).message}; the job is kept at row ${row} of ${job.manifest.queries} (${phase}): ` +
      `resumeJob(${JSON.stringify(path)}) goes on`,
    { detail: { checkpoint: path, phase, row }, cause: signal.reason },
  );
}
