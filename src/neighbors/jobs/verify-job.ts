/** Everything that a job goes on from, verified before anything is written. */
import { EngineError } from '../../base/engine-error.js';
import { rowsWritten, sumsWritten } from './check-manifest.js';
import { CountedLayout } from './edge-layout.js';
import type { JobKind } from './job-kind.js';
import type { JobPhase } from './job-manifest.js';
import type { JobPosition, OpenJob } from './open-job.js';
import type { PhasePlan } from './phase-plan.js';
import type { GoOn } from './rewind.js';
import type { SegmentSums } from './segment-sums.js';
import { verifyWritten } from './verify-written.js';

/**
 * Reads what the job has written up to where it goes on, and compares it with the checkpoint.
 *
 * @throws EngineError `changed` naming file and rows; `format` for a checkpoint that does not fit together
 */
export async function verifyJob(
  job: OpenJob,
  kind: JobKind,
  goOn: GoOn,
  signal?: AbortSignal,
): Promise<JobPosition> {
  const { manifest, file } = job;
  const sums = new Map<JobPhase, ReadonlyMap<string, SegmentSums>>();
  for (const [number, plan] of job.phases.slice(0, goOn.phase + 1).entries()) {
    const rows = number < goOn.phase ? manifest.queries : goOn.row;
    sums.set(plan.phase, await verifyPhase(job, kind, plan, rows, signal));
    await checkTotal(job, plan, rows);
  }
  const edge = await edgesAt(job, job.phases[goOn.phase]!, goOn.row);
  const counted = job.phases.findIndex((plan) => plan.phase === 'count');
  // Going back behind the counting makes the total unknown again; without counting it has been known from the start.
  const total = counted >= 0 && goOn.phase <= counted ? null : manifest.total;
  const rewound = job.phases[goOn.phase]!.phase !== manifest.phase || goOn.row !== manifest.cursor.row;
  if (!rewound && edge !== manifest.cursor.edge) throw unfit(file.path, edge, manifest.cursor.edge);
  return { phase: goOn.phase, row: goOn.row, edge, total, sums };
}

async function verifyPhase(
  { manifest, file }: OpenJob,
  kind: JobKind,
  plan: PhasePlan,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, SegmentSums>> {
  const { segmentRows } = manifest;
  const recorded = rowsWritten(manifest, kind, plan.phase);
  const verified = new Map<string, SegmentSums>();
  for (const store of plan.stores) {
    const all = sumsWritten(manifest, plan.phase, store.name, recorded, file.path);
    const sums = all.slice(0, Math.ceil(rows / segmentRows));
    const written = { store, layout: plan.layout, segmentRows, rows, sums };
    verified.set(store.name, await verifyWritten(written, signal));
  }
  return verified;
}

/** The counts add up to what the checkpoint says. */
async function checkTotal(job: OpenJob, plan: PhasePlan, rows: number): Promise<void> {
  const { manifest, file } = job;
  if (plan.phase !== 'count' || manifest.phase === 'count' || rows < manifest.queries) return;
  const total = await edgesAt(job, plan, rows);
  if (manifest.total !== total) throw unfit(file.path, total, manifest.total);
}

/** Edges of the rows before `row`, from what was written. */
async function edgesAt({ manifest }: OpenJob, plan: PhasePlan, row: number): Promise<number> {
  if (plan.layout !== undefined) return plan.layout.edgesBefore(row);
  const counts = plan.stores[0]!;
  return new CountedLayout(counts, row, manifest.segmentRows).edgesBefore(row);
}

function unfit(path: string, found: number, said: number | null): EngineError {
  return new EngineError(
    'format',
    `${path} cannot be used as the checkpoint of a job: what it wrote has ${found} edges, and it says ${String(said)}`,
    { detail: { path } },
  );
}
