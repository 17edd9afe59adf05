/** What a phase of a job does, as the driver sees it: blocks of rows are found, and written to stores. */
import type { EdgeLayout, EdgesOfRows } from './edge-layout.js';
import type { JobPhase } from './job-manifest.js';
import type { JobStore } from './job-store.js';

/** What was found for a block of rows. */
export interface FoundBlock {
  readonly edges: EdgesOfRows;
  /** By name of the store; row after row, edge after edge. */
  readonly values: ReadonlyMap<string, Float64Array | Uint32Array>;
}

export interface PhasePlan {
  readonly phase: JobPhase;
  readonly stores: readonly JobStore[];
  /** Where edges of rows go, and what the cursor counts; undefined while they are being counted. */
  readonly layout: EdgeLayout | undefined;
  /** Rows that are found at a time at most. */
  readonly mostRows: number;
  /** Before the first block of this run, when everything was verified. @throws EngineError `limit` */
  begin?(): Promise<void>;
  /** What a completed phase wrote that has no sums. @throws EngineError `changed` */
  verifyEnd?(): Promise<void>;
  /** Where a block from `first` to `end` at most has to end. */
  cut?(first: number, end: number): Promise<number>;
  find(first: number, end: number, signal: AbortSignal): Promise<FoundBlock>;
}
