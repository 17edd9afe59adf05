/** A job with everything it reads and writes at hand: its phases, its checkpoint, and what came before. */
import type { JobFile } from './job-file.js';
import type { JobManifest, JobPhase } from './job-manifest.js';
import type { PhasePlan } from './phase-plan.js';
import type { SegmentSums } from './segment-sums.js';

/** Where a job stands, and the sums of all that it has written, by phase and store. */
export interface JobPosition {
  readonly phase: number;
  readonly row: number;
  readonly edge: number;
  readonly total: number | null;
  readonly sums: ReadonlyMap<JobPhase, ReadonlyMap<string, SegmentSums>>;
}

export interface OpenJob {
  readonly file: JobFile;
  /** Everything but how far it is. */
  readonly manifest: JobManifest;
  /** In order. */
  readonly phases: readonly PhasePlan[];
}

/** The position of a job that has done nothing yet. */
export function atTheBeginning(total: number | null): JobPosition {
  return { phase: 0, row: 0, edge: 0, total, sums: new Map() };
}
