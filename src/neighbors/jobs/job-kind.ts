/** What there is to know of one kind of job: what it is asked, what it writes, and its phases. */
import type { GraphSettings, JobManifest, JobPhase, JobType } from './job-manifest.js';
import type { JobSearcher } from './job-searcher.js';
import type { JobStore } from './job-store.js';
import type { PhasePlan } from './phase-plan.js';
import type { SideFileShape } from './side-file.js';

/** What is written to a destination: numbers of rows, distances or weights, or offsets into another one. */
export type DestinationCells = 'rows' | 'values' | 'offsets';

export interface DestinationSpec {
  readonly name: string;
  readonly cells: DestinationCells;
  readonly needed: boolean;
  /** Rows and columns: one for each query and rank, one column of all edges, one column of a place before each query. */
  readonly shape: 'queries × k' | 'edges' | 'queries + 1';
}

export interface KindContext {
  readonly manifest: JobManifest;
  readonly searcher: JobSearcher;
  /** Bytes for blocks of results. */
  readonly blockBytes: number;
  /** Bytes for what a graph is made from; undefined: half of the process's. */
  readonly graphMemory: number | undefined;
  readonly threads: number | undefined;
  /** Undefined for one that the user left out. */
  destination(name: string): JobStore | undefined;
  /** Opens a file of the job's own that a phase writes; it is closed with the job. */
  sideFile(phase: JobPhase, shape: SideFileShape): JobStore;
}

export interface JobKind {
  readonly type: JobType;
  /** The function that makes one, for messages. */
  readonly maker: string;
  readonly asks: 'k' | 'radius';
  /** Whether rows of another matrix can be asked about. */
  readonly takesQuery: boolean;
  /** Rows are never their own neighbours, and nobody can ask for it. */
  readonly selfOnly?: boolean;
  /** Names of options of its own, and what they say. */
  readonly options?: readonly string[];
  graphOf?(given: Readonly<Record<string, unknown>>): GraphSettings;
  readonly destinations: readonly DestinationSpec[];
  readonly phases: readonly JobPhase[];
  /** Opens the job's own files and says how its phases work; one for each of `phases`. */
  open(context: KindContext): readonly PhasePlan[];
}

/** Edges that are in memory at a time at most, when each takes so many bytes. */
export function mostInBlock({ blockBytes }: Pick<KindContext, 'blockBytes'>, bytes: number): number {
  return Math.max(1, Math.floor(blockBytes / bytes));
}
