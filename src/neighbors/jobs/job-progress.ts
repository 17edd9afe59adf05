/** Tells a caller how far a job is, some times a second. */
import type { JobPhase } from './job-manifest.js';

/** How far a job is. */
export interface JobProgress {
  readonly phase: JobPhase;
  /** Rows of the phase that are written. */
  readonly rows: number;
  /** Edges of the phase that are written, or counted. */
  readonly edges: number;
  /** Rows per second, since this run of the job began its phase. */
  readonly rate: number;
  /** Seconds until the end at that rate; undefined while there is none. */
  readonly remaining: number | undefined;
  /** Share of all phases that is done, 0 … 1. */
  readonly fraction: number;
}

export type OnJobProgress = (progress: JobProgress) => void;

const intervalMillis = 100;

export class JobReports {
  readonly #tell: OnJobProgress | undefined;
  readonly #queries: number;
  readonly #phases: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #phaseBegan = performance.now();
  #firstRow = 0;

  constructor(tell: OnJobProgress | undefined, queries: number, phases: number) {
    this.#tell = tell;
    this.#queries = queries;
    this.#phases = phases;
  }

  /** What is written first in a phase is always told, too. */
  beginPhase(row: number): void {
    this.#toldAt = Number.NEGATIVE_INFINITY;
    this.#phaseBegan = performance.now();
    this.#firstRow = row;
  }

  /** Tells it unless it told something just now; the end of a phase is always told. */
  report(phase: JobPhase, phaseNumber: number, rows: number, edges: number): void {
    const now = performance.now();
    if (this.#tell === undefined) return;
    if (rows < this.#queries && now - this.#toldAt < intervalMillis) return;
    this.#toldAt = now;
    const seconds = (now - this.#phaseBegan) / 1000;
    const rate = seconds > 0 ? (rows - this.#firstRow) / seconds : 0;
    const done = phaseNumber * this.#queries + rows;
    const all = this.#phases * this.#queries;
    this.#tell({
      phase,
      rows,
      edges,
      rate,
      remaining: rate > 0 ? (all - done) / rate : undefined,
      fraction: all === 0 ? 1 : done / all,
    });
  }
}
