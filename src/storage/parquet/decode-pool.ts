/** Worker threads that decode one Parquet file, and its row groups in order as they come out of them. */
import { Worker } from 'node:worker_threads';

import { importArrowIpc } from '../../data/arrow-import.js';
import type { RowRange } from '../../data/doors.js';
import { importBatchRows } from '../../data/import-rows.js';
import type { Table } from '../../data/table.js';
import { cutBatches } from '../cut-batches.js';
import { notParquet } from './parquet-footer.js';

export interface RowGroupTask {
  readonly rowGroup: number;
  /** Decode it in one go; otherwise stream it, which is slower but holds only a part. */
  readonly whole: boolean;
  /** Those of its rows that are wanted; all when undefined. */
  readonly rows?: RowRange | undefined;
}

interface Reply {
  readonly id: number;
  readonly bytes?: Uint8Array | null;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array | null) => void;
  readonly reject: (error: Error) => void;
}

/** One worker; requests are answered in turn. */
class Decoder {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #closing = false;

  constructor(path: string) {
    this.#path = path;
    this.#worker = new Worker(new URL('./decode-worker.js', import.meta.url), {
      workerData: { path, batchRows: importBatchRows },
      // Not the parent's: flags such as --input-type belong to its own main script.
      execArgv: [],
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => {
      // terminate() keeps the process alive until the thread is gone; a late reply must not undo that.
      if (this.#closing) return;
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) this.#worker.unref();
      if (reply.error !== undefined) waiting?.reject(notParquet(path, reply.error));
      else waiting?.resolve(reply.bytes ?? null);
    });
    // A panic of the decoder on damaged bytes ends its thread: that is the file's fault, named as such.
    this.#worker.on('error', (cause) => {
      this.#failAll(notParquet(path, 'its decoder failed', cause));
    });
    this.#worker.on('exit', () => {
      this.#failAll(notParquet(path, 'its decoder stopped'));
    });
  }

  request(id: number, task: RowGroupTask, columns: readonly string[]): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, rowGroup: task.rowGroup, whole: task.whole, columns: [...columns] });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#waiting.clear();
    await this.#worker.terminate();
  }

  get path(): string {
    return this.#path;
  }

  #failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

/**
 * Rows of the given row groups, in order, while up to `workers` groups are decoded ahead. Ending the iteration early
 * or an error ends the threads.
 */
export async function* decodeRowGroups(
  path: string,
  tasks: readonly RowGroupTask[],
  columns: readonly string[],
  workers: number,
): AsyncGenerator<Table> {
  const decoders = Array.from(
    { length: Math.max(1, Math.min(workers, tasks.length)) },
    () => new Decoder(path),
  );
  try {
    const ahead = new Map<number, Promise<Uint8Array | null>>();
    const ask = (id: number): Promise<Uint8Array | null> | undefined => {
      const task = tasks[id];
      const reply = task && decoders[id % decoders.length]?.request(id, task, columns);
      // Errors are met in order, when the group's turn comes.
      reply?.catch(() => undefined);
      return reply;
    };
    for (let id = 0; id < decoders.length; id++) {
      const reply = ask(id);
      if (reply !== undefined) ahead.set(id, reply);
    }
    for (let id = 0; id < tasks.length; id++) {
      let reply = ahead.get(id);
      ahead.delete(id);
      const rows = tasks[id]?.rows;
      let seen = 0;
      while (reply !== undefined) {
        const bytes: Uint8Array | null = await reply;
        reply = bytes === null ? undefined : ask(id);
        if (bytes === null) break;
        const chunk = importArrowIpc(bytes, path);
        if (rows === undefined) yield* chunk.batches;
        else yield* cutBatches(chunk.batches, rows.first - seen, rows.end - seen);
        seen += chunk.rows;
      }
      const next = ask(id + decoders.length);
      if (next !== undefined) ahead.set(id + decoders.length, next);
    }
  } finally {
    await Promise.all(decoders.map((decoder) => decoder.close()));
  }
}
