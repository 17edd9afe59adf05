/** A fold's accumulator in a worker thread: batches are copied to it, a few ahead of what it has folded. */
import { Worker } from 'node:worker_threads';
import { onCancel } from '../base/cancel.js';
import { EngineError } from '../base/engine-error.js';
import type { TextDictionary } from '../data/column.js';
import type { Table } from '../data/table.js';
import type { AnyFold } from './fold-declaration.js';
import { segmentBatches } from './fold-plan.js';
import type { Place } from './fold-step.js';
import { CallFailed, everywhere, foldFailed } from './fold-step.js';
import type { PartFolder } from './part-folder.js';
import type { FromWorker, SentDictionary, SentError, ToWorker, WorkerSetup } from './worker-messages.js';
import { receiveState, sendColumn, sendDictionary, sendState } from './worker-messages.js';

/** Dictionaries that a worker keeps at least; a query has one or a few for each column. */
const leastDictionaries = 256;

/** A question the worker has not answered yet. */
interface Asked {
  readonly place: () => Place;
  readonly resolve: (answer: FromWorker) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerFolder implements PartFolder {
  readonly #worker: Worker;
  readonly #fold: AnyFold;
  readonly #module: string;
  #asked: Asked[] = [];
  #answers: Promise<FromWorker>[] = [];
  #dictionaries = new Map<TextDictionary, number>();
  #nextDictionary = 0;
  #keptDictionaries = leastDictionaries;
  #failed: Error | undefined;
  readonly #forgetSignal: () => void;
  #done = false;

  /** @param signal ends the waiting for a worker that is in the middle of something */
  constructor(fold: AnyFold, setup: WorkerSetup, signal: AbortSignal) {
    this.#fold = fold;
    this.#module = setup.module;
    this.#worker = new Worker(new URL('./fold-worker.js', import.meta.url), {
      workerData: setup,
      // Not the parent's: flags such as --input-type belong to its own main script.
      execArgv: [],
    });
    this.#worker.on('message', (answer: FromWorker) => {
      this.#take(answer);
    });
    this.#worker.on('error', (cause) => {
      const said = cause instanceof Error ? cause.message : String(cause);
      this.#fail(
        new EngineError('data', `the worker thread of the fold in ${this.#module} failed: ${said}`, {
          cause,
        }),
      );
    });
    this.#forgetSignal = onCancel(signal, (error) => {
      this.#fail(error);
    });
    this.#worker.on('exit', () => {
      this.#fail(new EngineError('data', `the worker thread of the fold in ${this.#module} ended`));
    });
  }

  get done(): boolean {
    return this.#done;
  }

  begin(from?: { readonly acc: unknown }): void {
    this.#done = false;
    this.#post({ kind: 'begin', from: from === undefined ? undefined : sendState(this.#fold, from.acc) });
  }

  async update(batch: Table, place: () => Place): Promise<void> {
    const buffers: ArrayBuffer[] = [];
    const dictionaries: SentDictionary[] = [];
    this.#keptDictionaries = Math.max(leastDictionaries, 2 * batch.numCols);
    const columns = batch.columns.map((column) =>
      sendColumn(column, (dictionary) => this.#numberOf(dictionary, dictionaries, buffers), buffers),
    );
    const { schema, policy, numRows: rows } = batch;
    const forget = this.#nextDictionary - this.#keptDictionaries;
    this.#answers.push(
      this.#ask(
        { kind: 'update', fields: schema.fields, policy, rows, columns, dictionaries, forget },
        place,
        buffers,
      ),
    );
    while (this.#answers.length >= segmentBatches) await this.#answers.shift();
  }

  async result(): Promise<unknown> {
    await Promise.all(this.#answers);
    this.#answers = [];
    const answer = await this.#ask({ kind: 'result' }, everywhere, []);
    return answer.kind === 'result' ? receiveState(this.#fold, answer.state) : undefined;
  }

  async close(): Promise<void> {
    this.#forgetSignal();
    this.#worker.removeAllListeners();
    this.#asked = [];
    await this.#worker.terminate();
  }

  #numberOf(dictionary: TextDictionary, sent: SentDictionary[], buffers: ArrayBuffer[]): number {
    const known = this.#dictionaries.get(dictionary);
    if (known !== undefined && known >= this.#nextDictionary - this.#keptDictionaries) return known;
    const id = this.#nextDictionary++;
    this.#dictionaries.set(dictionary, id);
    for (const [old, number] of this.#dictionaries)
      if (number < this.#nextDictionary - this.#keptDictionaries) this.#dictionaries.delete(old);
    sent.push(sendDictionary(id, dictionary, buffers));
    return id;
  }

  #post(message: ToWorker, buffers: readonly ArrayBuffer[] = []): void {
    if (this.#failed === undefined) this.#worker.postMessage(message, buffers);
  }

  #ask(message: ToWorker, place: () => Place, buffers: readonly ArrayBuffer[]): Promise<FromWorker> {
    const answer = new Promise<FromWorker>((resolve, reject) => {
      if (this.#failed === undefined) this.#asked.push({ place, resolve, reject });
      else reject(this.#failed);
    });
    // Met when it is waited for, which may be some batches later.
    answer.catch(() => undefined);
    this.#post(message, buffers);
    return answer;
  }

  #take(answer: FromWorker): void {
    if (answer.kind === 'failed') {
      const cause = received(answer.error);
      const place = this.#asked[0]?.place ?? everywhere;
      const placed = answer.step === '' ? cause : foldFailed(new CallFailed(answer.step, cause), place());
      this.#fail(placed instanceof Error ? placed : new EngineError('data', String(placed), { cause }));
      return;
    }
    if (answer.kind === 'taken') this.#done ||= answer.done;
    this.#asked.shift()?.resolve(answer);
  }

  #fail(error: Error): void {
    this.#failed ??= error;
    for (const { reject } of this.#asked) reject(this.#failed);
    this.#asked = [];
  }
}

function received(error: SentError): unknown {
  if ('thrown' in error) return error.thrown;
  return new EngineError(error.code, error.message, { detail: error.detail });
}
