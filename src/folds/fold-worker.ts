/** A worker thread that folds: loads the fold from its module, takes batches, gives accumulators back. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import type { TextDictionary } from '../data/column.js';
import { Schema } from '../data/schema.js';
import { Table } from '../data/table.js';
import type { AnyFold } from './fold-declaration.js';
import { loadFold } from './fold-declaration.js';
import { CallFailed, initOf, isDone, updateWith } from './fold-step.js';
import type { FromWorker, SentError, ToWorker, WorkerSetup } from './worker-messages.js';
import { receiveColumn, receiveDictionary, receiveState, sendState } from './worker-messages.js';

const port = parentPort;
assert(port !== null, 'that a fold worker runs in a worker thread');
const setup = workerData as WorkerSetup;
const dictionaries = new Map<number, TextDictionary>();
let acc: unknown;
let done = false;
let loaded: Promise<AnyFold> | undefined;
/** Messages are worked through in the order in which they came. */
let busy: Promise<void> = Promise.resolve();

port.on('message', (message: ToWorker) => {
  busy = busy.then(async () => {
    const answer = await answerTo(message);
    if (answer !== undefined) port.postMessage(answer);
  });
});

async function answerTo(message: ToWorker): Promise<FromWorker | undefined> {
  try {
    loaded ??= loadFold(setup).then(({ fold }) => fold);
    return work(await loaded, message);
  } catch (error) {
    const step = error instanceof CallFailed ? error.step : '';
    return { kind: 'failed', step, error: sendable(error instanceof CallFailed ? error.cause : error) };
  }
}

function work(fold: AnyFold, message: ToWorker): FromWorker | undefined {
  switch (message.kind) {
    case 'begin':
      acc = message.from === undefined ? initOf(fold) : receiveState(fold, message.from);
      done = false;
      return undefined;
    case 'update': {
      for (const sent of message.dictionaries) dictionaries.set(sent.id, receiveDictionary(sent));
      for (const id of dictionaries.keys()) if (id < message.forget) dictionaries.delete(id);
      // Batches that were on their way when the fold was done.
      if (done) return { kind: 'taken', done };
      acc = updateWith(fold, acc, tableOf(message));
      done = isDone(fold, acc);
      return { kind: 'taken', done };
    }
    case 'result':
      return { kind: 'result', state: sendState(fold, acc) };
  }
}

function tableOf({ fields, columns, rows, policy }: ToWorker & { kind: 'update' }): Table {
  const dictionaryOf = (id: number): TextDictionary => {
    const found = dictionaries.get(id);
    assert(found !== undefined, 'that a dictionary comes before its codes');
    return found;
  };
  return new Table(
    new Schema(fields),
    columns.map((column) => receiveColumn(column, rows, dictionaryOf)),
    rows,
    policy,
  );
}

/** Errors lose their class and what else they carry on the way, an EngineError its code. */
function sendable(error: unknown): SentError {
  if (error instanceof EngineError) {
    const { code, message } = error;
    return { code, message, detail: cloneable(error.detail) ? error.detail : {} };
  }
  return { thrown: cloneable(error) ? error : new Error(String(error)) };
}

function cloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
