/** A running native query: started from its description, pulled batch by batch. */
import { EngineError } from '../base/engine-error.js';
import type { NativeScan } from '../data/doors.js';
import type { NativeObject, QueryStatistics, RawBatch } from './addon.js';
import { addon } from './addon.js';
import { callNative, fromNative } from './native-error.js';

export interface NativeQueryOptions {
  /** Cap inside the process's pool; default: all its threads. */
  readonly threads?: number | undefined;
  /** Bytes; cap inside the process's pool; default: all of it. */
  readonly memory?: number | undefined;
  /** Bytes on disk; default: the process's setting. */
  readonly maxSpill?: number | undefined;
  /** An existing folder; default: the process's setting. */
  readonly tempDirectory?: string | undefined;
  /** Rows of a delivered batch at most; default 65,536. */
  readonly batchRows?: number | undefined;
  /** Tests: every operator that can spill does. */
  readonly forceSpill?: boolean | undefined;
  /** Tests: all keys hash alike. */
  readonly equalHashes?: boolean | undefined;
  /** Tests: pages per morsel. */
  readonly morselPages?: number | undefined;
}

const mostBatchRows = 1 << 20;

function wholeNumber(name: string, value: number | undefined, most: number): number {
  if (value === undefined) return 0;
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  throw new EngineError(
    'argument',
    `${name} must be a whole number from 1 to ${String(most)}, not ${String(value)}`,
    {
      detail: { option: name },
    },
  );
}

/** One query at work. `next` and `collect` reject with the query's error; afterwards everything native is freed. */
export class NativeQuery {
  readonly #object: NativeObject;
  #closed = false;

  constructor(object: NativeObject) {
    this.#object = object;
  }

  /** The next batch in order; null when there is none left. One call at a time. */
  async next(): Promise<RawBatch | null> {
    try {
      return await addon().queryNext(this.#object);
    } catch (thrown) {
      throw fromNative(thrown, 'running a query');
    }
  }

  /** The whole result of a query that ends in a Collect sink. */
  async collect(): Promise<RawBatch> {
    const batch = await this.next();
    if (batch === null)
      throw new EngineError('internal', 'a query ended without its result; please report it');
    await this.finish();
    return batch;
  }

  /** Resolves when a query that delivers nothing (more) is done. */
  async finish(): Promise<void> {
    if ((await this.next()) !== null) {
      throw new EngineError('internal', 'a query gave rows that nobody asked for; please report it');
    }
  }

  /** Stops the work within milliseconds; a waiting `next` rejects with `cancelled`. */
  cancel(): void {
    if (!this.#closed) addon().cancelQuery(this.#object);
  }

  /** Stops the work, if any is left, and frees everything native. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    addon().closeQuery(this.#object);
  }

  /** What was scanned so far; `fraction` is undefined when the whole is not known. */
  progress(): { readonly rows: number; readonly bytes: number; readonly fraction: number | undefined } {
    const { rows, bytes, fraction } = addon().queryProgress(this.#object);
    return { rows, bytes, fraction: fraction < 0 ? undefined : fraction };
  }

  stats(): QueryStatistics {
    return addon().queryStatistics(this.#object);
  }
}

/**
 * Starts a query; it runs ahead of its reader by a bounded number of batches only.
 *
 * @param description what `src/exec/describe.ts` writes   @param handles scans and writers, by the description's indices
 * @throws EngineError `argument` (an option, a closed or wrong handle), `memory` (less than the query's minimum)
 */
export function startQuery(
  description: Uint8Array,
  handles: readonly NativeScan[],
  options: NativeQueryOptions = {},
): NativeQuery {
  const settings = {
    threads: wholeNumber('threads', options.threads, 4096),
    memory: wholeNumber('memory', options.memory, Number.MAX_SAFE_INTEGER),
    maxSpill: options.maxSpill ?? -1,
    tempDirectory: options.tempDirectory ?? '',
    batchRows: wholeNumber('batchRows', options.batchRows, mostBatchRows) || 65_536,
    forceSpill: options.forceSpill === true,
    equalHashes: options.equalHashes === true,
    morselPages: wholeNumber('morselPages', options.morselPages, 8),
  };
  const objects = handles.map((handle) => handle.nativeScan);
  return callNative(
    'starting a query',
    () => new NativeQuery(addon().startQuery(description, objects, settings)),
  );
}
