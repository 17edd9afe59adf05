/** Progress of a fold that runs as several queries, told as that of one. */
import type { OnProgress, Progress } from '../base/progress.js';

export class FoldProgress {
  readonly #parts: number;
  readonly #tell: OnProgress | undefined;
  readonly #last = new Map<number, Progress>();
  #rows = 0;
  #bytes = 0;
  #fractions: number;

  /** @param done parts that an earlier run has folded */
  constructor(parts: number, done: number, tell: OnProgress | undefined) {
    this.#parts = parts;
    this.#fractions = done;
    this.#tell = tell;
  }

  /** What the query of one part (of several, from `index` on) tells its progress to. */
  ofPart(index: number, parts = 1): OnProgress | undefined {
    const tell = this.#tell;
    if (tell === undefined) return undefined;
    return (progress) => {
      const before = this.#last.get(index);
      this.#rows += progress.rows - (before?.rows ?? 0);
      this.#bytes += progress.bytes - (before?.bytes ?? 0);
      this.#fractions += parts * ((progress.fraction ?? 0) - (before?.fraction ?? 0));
      // A part that is done is heard of no more.
      if (progress.stage === 'done') this.#last.delete(index);
      else this.#last.set(index, progress);
      const known = progress.fraction !== undefined || this.#parts > 1;
      const fraction = known ? Math.min(1, this.#fractions / this.#parts) : undefined;
      const stage = progress.stage === 'done' ? 'fold' : progress.stage;
      tell({ rows: this.#rows, bytes: this.#bytes, fraction, stage });
    };
  }

  /** All parts are folded, or none of the others is needed. */
  end(): void {
    this.#tell?.({ rows: this.#rows, bytes: this.#bytes, fraction: 1, stage: 'done' });
  }
}
