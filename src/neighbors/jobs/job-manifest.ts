/** The checkpoint of a job as a value, and its text: JSON that carries a checksum of its own content. */
import { createHash } from 'node:crypto';
import type { EdgeRuleName, SharedWeightName } from '../../native/graph.js';
import type { MetricName } from '../../native/neighbors.js';

export const manifestFormat = 'spillway-job';
export const manifestVersion = 1;

export const jobTypes = [
  'knn',
  'knn-graph',
  'symmetric-graph',
  'snn-graph',
  'radius',
  'radius-graph',
] as const;

/** What a job computes. */
export type JobType = (typeof jobTypes)[number];

export const jobPhases = ['search', 'count', 'collect'] as const;

/**
 * What a job is doing: `search` finds the k nearest and keeps them beside the checkpoint, `count` counts what will be
 * written for each row, `collect` writes it. Every job has the last of them, and some the others.
 */
export type JobPhase = (typeof jobPhases)[number];

/** A matrix that a job reads or writes: what it takes to find and open it again. */
export interface MatrixRecord {
  /** `reference`, `query`, or the name of the destination. */
  readonly role: string;
  /**
   * Of the descriptor file; null when it has none, as parts of matrices have not. Paths are relative to the folder of the
   * checkpoint, with `/`, for what is inside it, else absolute.
   */
  readonly path: string | null;
  /** Where the data file is. */
  readonly folder: string;
  readonly filename: string;
  /** Rows and columns of the data file. */
  readonly total: readonly [number, number];
  /** First row and rows of the part that it is, from 0. */
  readonly rows: readonly [number, number];
  readonly cols: readonly [number, number];
  readonly type: string;
  readonly separated: boolean;
  /** Of the content; destinations have none, since they change. */
  readonly fingerprint: string | null;
}

/** What makes a graph of lists of neighbours. */
export interface GraphSettings {
  /** What becomes of i → j beside j → i; null for graphs of shared neighbours. */
  readonly rule: EdgeRuleName | null;
  readonly pairs: 'both' | 'once';
  /** Of graphs of shared neighbours: how edges are weighed, else null. */
  readonly weight: SharedWeightName | null;
  /** Of the same: the least weight that is kept, and whether a row is its own neighbour. */
  readonly prune: number;
  readonly countSelf: boolean;
}

/** What was asked for; with the matrices, all that the results depend on. */
export interface JobSettings {
  readonly metric: MetricName;
  /** Minkowski's exponent, else null. */
  readonly p: number | null;
  readonly k: number | null;
  readonly radius: number | null;
  readonly base: 0 | 1;
  readonly excludeSelf: boolean;
  readonly missing: string;
  /** Of graphs that are not directed, else null. */
  readonly graph: GraphSettings | null;
}

/** Checksums of what a phase has written to one place, one per segment of rows. */
export interface WrittenSums {
  readonly phase: JobPhase;
  readonly store: string;
  readonly sums: readonly string[];
}

export interface JobManifest {
  /** Name of the file that it was made for: a copy under another name is not that job. */
  readonly name: string;
  /** Drawn at random when the job began. */
  readonly id: string;
  readonly type: JobType;
  readonly status: 'running' | 'completed';
  readonly phase: JobPhase;
  /** Rows of the phase that are written, and edges of them; both count from 0. */
  readonly cursor: { readonly row: number; readonly edge: number };
  readonly queries: number;
  /** Edges in all, once known. */
  readonly total: number | null;
  readonly settings: JobSettings;
  readonly every: { readonly rows: number | null; readonly seconds: number | null };
  readonly matrices: readonly MatrixRecord[];
  readonly segmentRows: number;
  readonly written: readonly WrittenSums[];
}

const digestBytes = 16;

/** Hash of a manifest's content however its text is laid out; `content` is what JSON says without the checksum. */
export function manifestChecksum(content: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(content))
    .digest('hex')
    .slice(0, 2 * digestBytes);
}

/** The text of a checkpoint file. */
export function encodeManifest(manifest: JobManifest): Uint8Array {
  const { name, id, type, status, phase, cursor, queries, total, settings, every } = manifest;
  const content = {
    format: manifestFormat,
    version: manifestVersion,
    name,
    id,
    type,
    status,
    phase,
    cursor,
    queries,
    total,
    settings,
    every,
    matrices: manifest.matrices,
    segmentRows: manifest.segmentRows,
    written: manifest.written,
  };
  const text = JSON.stringify({ ...content, checksum: manifestChecksum(content) }, null, 1);
  return new TextEncoder().encode(`${text}\n`);
}
