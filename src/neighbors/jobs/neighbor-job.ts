/** What a caller gets of a job: how it stands, and what it is about. */
import { basename } from 'node:path';
import { inspect } from 'node:util';
import type { JobManifest, JobPhase, JobType } from './job-manifest.js';

/**
 * A job that was run, resumed, or looked at; it prints itself.
 *
 * @example
 * const job = await resumeJob('graph-job.json');
 * console.log(job.status, job.edges);
 */
export class NeighborJob {
  readonly type: JobType;
  /** `running` is also what a job is that was paused or killed: its work is not done. */
  readonly status: 'running' | 'completed';
  readonly phase: JobPhase;
  readonly metric: string;
  readonly k: number | undefined;
  readonly radius: number | undefined;
  /** Rows that are asked about. */
  readonly queries: number;
  /** Edges, matches or neighbours in all once they are known, else those written so far. */
  readonly edges: number;
  /** Rows of the phase that are written; they count from 0, so that this is the next one. */
  readonly rows: number;
  /** Path of the checkpoint. */
  readonly checkpoint: string;

  constructor(manifest: JobManifest, path: string) {
    const { settings } = manifest;
    this.type = manifest.type;
    this.status = manifest.status;
    this.phase = manifest.phase;
    this.metric = settings.p === null ? settings.metric : `${settings.metric}(${String(settings.p)})`;
    this.k = settings.k ?? undefined;
    this.radius = settings.radius ?? undefined;
    this.queries = manifest.queries;
    this.edges = manifest.total ?? manifest.cursor.edge;
    this.rows = manifest.cursor.row;
    this.checkpoint = path;
  }

  toString(): string {
    const asked = this.k === undefined ? `radius ${String(this.radius)}` : `k ${String(this.k)}`;
    const where = this.status === 'completed' ? '' : `, ${this.phase} ${this.rows} of ${this.queries} rows`;
    return (
      `${this.type} job, ${this.status}${where}: ${this.metric}, ${asked}, ${this.queries} queries, ` +
      `${this.edges} edges, checkpoint ${basename(this.checkpoint)}`
    );
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
