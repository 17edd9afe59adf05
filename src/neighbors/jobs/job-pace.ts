/** How many rows a job takes at a time, and when it keeps a checkpoint. */

/** Cadence of checkpoints: after so many rows, after so many seconds, whichever comes first. */
export interface JobCadence {
  readonly rows?: number | undefined;
  readonly seconds?: number | undefined;
}

const defaultSeconds = 3;
/** A block should take about so long: soon enough for progress and pauses, long enough to keep every thread busy. */
const blockSeconds = 0.5;
const firstRows = 1024;
const growth = 4;

export class JobPace {
  readonly #rows: number;
  readonly #millis: number;
  readonly #mostRows: number;
  #blockRows: number;
  #keptRow: number;
  #keptAt = performance.now();

  /**
   * @param row where the job begins
   * @param mostRows rows of a block that memory allows
   */
  constructor(every: JobCadence, row: number, mostRows: number) {
    const { rows, seconds } = every;
    this.#rows = rows ?? Number.POSITIVE_INFINITY;
    const otherwise = rows === undefined ? defaultSeconds : Number.POSITIVE_INFINITY;
    this.#millis = 1000 * (seconds ?? otherwise);
    this.#mostRows = Math.max(1, mostRows);
    this.#blockRows = Math.min(firstRows, this.#mostRows);
    this.#keptRow = row;
  }

  /** Where the block that begins at `row` ends: not beyond the row after which a checkpoint is due. */
  blockEnd(row: number, end: number): number {
    const untilKept = this.#rows - ((row - this.#keptRow) % this.#rows);
    return Math.min(end, row + Math.min(this.#blockRows, untilKept));
  }

  /** A block of `rows` took so long; the next ones are cut accordingly. */
  took(rows: number, millis: number): void {
    const wanted = Math.round((rows * blockSeconds * 1000) / Math.max(millis, 0.01));
    const most = Math.min(this.#mostRows, this.#blockRows * growth);
    this.#blockRows = Math.max(1, Math.min(most, wanted));
  }

  /** Whether a checkpoint should be kept, now that everything before `row` is written. */
  due(row: number): boolean {
    return row - this.#keptRow >= this.#rows || performance.now() - this.#keptAt >= this.#millis;
  }

  kept(row: number): void {
    this.#keptRow = row;
    this.#keptAt = performance.now();
  }
}
