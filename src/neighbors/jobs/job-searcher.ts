/** The searches of a job, block by block; the reference is prepared when the first one is asked for. */
import type { FoundNearest, FoundWithin, NativePoints, NativeReference } from '../../native/neighbors.js';
import { countWithin, findNearest, findWithin, makeReference } from '../../native/neighbors.js';
import type { JobSettings } from './job-manifest.js';

export interface SearcherInputs {
  readonly reference: NativePoints;
  /** Null: the reference is asked about itself. */
  readonly queries: NativePoints | null;
  readonly settings: JobSettings;
  readonly threads: number | undefined;
  /** Bytes for the reference and its index. */
  readonly memory: number | undefined;
  readonly method: string | undefined;
}

export class JobSearcher {
  readonly #inputs: SearcherInputs;
  #reference: Promise<NativeReference> | undefined;

  constructor(inputs: SearcherInputs) {
    this.#inputs = inputs;
  }

  async nearest(first: number, end: number, signal: AbortSignal): Promise<FoundNearest> {
    const reference = await this.#prepared(signal);
    return findNearest(reference, this.#rows(first, end), this.#inputs.settings.k ?? 1, { signal });
  }

  async within(first: number, end: number, signal: AbortSignal): Promise<FoundWithin> {
    const reference = await this.#prepared(signal);
    return findWithin(reference, this.#rows(first, end), this.#inputs.settings.radius ?? 0, { signal });
  }

  async count(first: number, end: number, signal: AbortSignal): Promise<Uint32Array> {
    const reference = await this.#prepared(signal);
    const counts = await countWithin(reference, this.#rows(first, end), this.#inputs.settings.radius ?? 0, {
      signal,
    });
    return Uint32Array.from(counts);
  }

  #prepared(signal: AbortSignal): Promise<NativeReference> {
    const { reference, queries, settings, threads, memory, method } = this.#inputs;
    const { metric, p, k, missing } = settings;
    this.#reference ??= makeReference(
      reference,
      {
        metric,
        p: p ?? undefined,
        skipMissing: missing === 'skip',
        method,
        threads,
        memory,
        expectedQueries: (queries ?? reference).rows,
        expectedK: k ?? undefined,
      },
      { signal },
    );
    return this.#reference;
  }

  #rows(first: number, end: number) {
    const { queries, settings, threads } = this.#inputs;
    const { excludeSelf, missing } = settings;
    return { queries, first, end, excludeSelf, skipMissing: missing === 'skip', threads };
  }
}
