/** Calls the functions of a fold: what they throw is kept apart from other errors, what they give is checked. */
import { EngineError } from '../base/engine-error.js';
import type { Table } from '../data/table.js';
import type { AnyFold } from './fold-declaration.js';

/** A function of a fold threw `cause`; whoever knows which rows it saw says so with `foldFailed`. */
export class CallFailed extends Error {
  readonly step: string;
  override readonly cause: unknown;

  constructor(step: string, cause: unknown) {
    super(`${step} failed`);
    this.step = step;
    this.cause = cause;
  }
}

/** Rows that a call of a fold's function was about, for messages. */
export interface Place {
  /** `rows 65,536 to 131,071 of the result`; empty for all rows. */
  readonly words: string;
  /** The same as data. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The accumulator before the first row. */
export function initOf(fold: AnyFold): unknown {
  return calling('init', () => fold.init());
}

/** The accumulator with a batch. @throws EngineError `argument` for a promise, or nothing */
export function updateWith(fold: AnyFold, acc: unknown, batch: Table): unknown {
  const next = calling('update', () => fold.update(acc, batch));
  if (isPromise(next))
    throw new EngineError(
      'argument',
      'update of a fold returned a promise; folds are synchronous: read the stream with for await (const batch of query) instead',
    );
  if (next === undefined && acc !== undefined)
    throw new EngineError(
      'argument',
      'update of a fold returned nothing; return the accumulator (null where it is to be nothing)',
    );
  return next;
}

/** What came before joined with what follows. @throws EngineError `argument` for a promise, or nothing */
export function combineWith(fold: AnyFold, a: unknown, b: unknown): unknown {
  const next = calling('combine', () => fold.combine!(a, b));
  if (isPromise(next))
    throw new EngineError('argument', 'combine of a fold returned a promise; folds are synchronous');
  if (next === undefined && a !== undefined)
    throw new EngineError('argument', 'combine of a fold returned nothing; return the joined accumulator');
  return next;
}

/** Whether nothing that follows can change the accumulator's result. */
export function isDone(fold: AnyFold, acc: unknown): boolean {
  return fold.done !== undefined && calling('done', () => fold.done!(acc));
}

/** The result of an accumulator. */
export function finishFold(fold: AnyFold, acc: unknown): unknown {
  return fold.finish === undefined
    ? acc
    : atPlace(everywhere, () => calling('finish', () => fold.finish!(acc)));
}

/** All rows, or none in particular. */
export const everywhere = (): Place => ({ words: '', detail: {} });

/** Does something about the rows of a place: what a fold's function throws then says where. */
export function atPlace<T>(place: () => Place, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof CallFailed ? foldFailed(error, place()) : error;
  }
}

/** What a function of a fold threw, with the place of it; the code is that of the cause if it is an EngineError. */
export function foldFailed({ step, cause }: CallFailed, { words, detail }: Place): EngineError {
  const code = cause instanceof EngineError ? cause.code : 'data';
  const known = cause instanceof EngineError ? cause.detail : {};
  const said = cause instanceof Error ? cause.message : String(cause);
  return new EngineError(code, `${step} of the fold failed${words === '' ? '' : ` at ${words}`}: ${said}`, {
    detail: { ...known, ...detail, step },
    cause,
  });
}

function calling<T>(step: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new CallFailed(step, cause);
  }
}

function isPromise(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
