/** What a user may give as a fold, in one form: its functions, where they come from, and what the algebra declares. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EngineError } from '../base/engine-error.js';
import { nearNames } from '../base/near-names.js';
import type { Fold } from '../data/fold.js';
import type { Table } from '../data/table.js';
import type { ReadyFold } from './ready/ready-fold.js';

/** What goes with an `update` function to make a fold of it. */
export interface FoldAlgebra<S, R = S> {
  /** The accumulator before the first row: a value, copied for each partial fold, or a function that makes one. */
  readonly init: S | (() => S);
  /** Joins two accumulators, the second of later rows; may change the first only. */
  readonly combine?: (a: S, b: S) => S;
  /** `combine(a, b)` is `combine(b, a)`: partial folds are merged as they finish. */
  readonly commutative?: boolean;
  /** Nothing that follows can change the result. */
  readonly done?: (acc: S) => boolean;
  readonly finish?: (acc: S) => R;
  /** For checkpoints and workers, where the accumulator is not structured-clone serialisable. */
  readonly save?: (acc: S) => Uint8Array;
  readonly load?: (bytes: Uint8Array) => S;
}

/** A fold as an export of a module, which worker threads can load for themselves. */
export interface ModuleFold {
  /** A file: `new URL('./my-fold.js', import.meta.url)`, or a path. */
  readonly module: string | URL;
  /** Name of the export. */
  readonly name: string;
}

/** Members of a fold that are functions, if they are there. */
const optionalMembers = ['combine', 'done', 'finish', 'save', 'load'] as const;
export const algebraNames: readonly string[] = ['init', 'commutative', ...optionalMembers];

export type AnyFold = Fold<unknown, unknown>;

export type DeclaredFold =
  | { readonly kind: 'callbacks'; readonly fold: AnyFold }
  | { readonly kind: 'module'; readonly fold: AnyFold; readonly module: string; readonly name: string }
  | { readonly kind: 'ready'; readonly fold: ReadyFold<unknown> };

/**
 * The fold that was given: an object, an `update` function and its algebra, a ready fold, or the export of a module.
 *
 * @throws EngineError `argument` for anything else
 */
export async function declareFold(given: unknown, algebra: object = {}): Promise<DeclaredFold> {
  if (typeof given === 'function') {
    const update = given as (acc: unknown, batch: Table) => unknown;
    return { kind: 'callbacks', fold: checkedFold({ ...algebra, update }, 'the fold') };
  }
  if (typeof given !== 'object' || given === null) throw notAFold(given);
  if (isReadyFold(given)) return { kind: 'ready', fold: given };
  if ('module' in given) return loadFold(given as ModuleFold);
  return { kind: 'callbacks', fold: checkedFold(given, 'the fold') };
}

function isReadyFold(value: object): value is ReadyFold<unknown> {
  const { kind, parts } = value as Partial<ReadyFold<unknown>>;
  return kind === 'ready' && Array.isArray(parts);
}

/** The export of a module as a fold. @throws EngineError `argument` if there is none */
export async function loadFold({ module, name }: ModuleFold): Promise<DeclaredFold & { kind: 'module' }> {
  const isText = typeof module === 'string' && module !== '';
  if (!(isText || module instanceof URL) || typeof name !== 'string')
    throw new EngineError(
      'argument',
      "a fold of a module is { module: new URL('./my-fold.js', import.meta.url), name: 'rows' }",
    );
  const url = moduleUrl(module);
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = (await import(url)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('argument', `the module ${url} of a fold cannot be loaded: ${words}`, {
      detail: { module: url },
      cause,
    });
  }
  const names = Object.keys(exports);
  const fold = names.includes(name) ? exports[name] : undefined;
  if (typeof fold !== 'object' || fold === null) {
    const near = nearNames(name, names).map((n) => JSON.stringify(n));
    throw new EngineError(
      'argument',
      `${url} exports no fold ${JSON.stringify(name)}${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`} ` +
        `It exports ${names.length === 0 ? 'nothing' : names.join(', ')}`,
      { detail: { module: url, name } },
    );
  }
  return { kind: 'module', fold: checkedFold(fold, `the fold ${name}`), module: url, name };
}

function moduleUrl(module: string | URL): string {
  if (module instanceof URL) return module.href;
  return /^[a-z][a-z\d+.-]+:/i.test(module) ? module : pathToFileURL(resolve(module)).href;
}

function checkedFold(given: object, what: string): AnyFold {
  const fold = given as Partial<Record<keyof AnyFold, unknown>>;
  if (typeof fold.update !== 'function')
    throw new EngineError('argument', `${what} has no update(acc, batch) function`);
  if (!('init' in fold))
    throw new EngineError(
      'argument',
      `${what} has no init: give the accumulator before the first row, such as { init: 0 }, or a function that makes it`,
    );
  for (const name of optionalMembers) {
    if (fold[name] === undefined || typeof fold[name] === 'function') continue;
    throw new EngineError('argument', `${name} of ${what} must be a function, not ${typeof fold[name]}`);
  }
  if (fold.commutative !== undefined && typeof fold.commutative !== 'boolean')
    throw new EngineError('argument', `commutative of ${what} must be true or false`);
  if (fold.commutative === true && fold.combine === undefined)
    throw new EngineError('argument', `${what} is declared commutative, but has no combine(a, b)`);
  if ((fold.save === undefined) !== (fold.load === undefined))
    throw new EngineError('argument', `${what} has one of save and load; they belong together`);
  if (typeof fold.init === 'function') return given as AnyFold;
  const init = copying(fold.init);
  // What the fold has besides, on its prototype too, stays reachable as `this`.
  return Object.create(given, { init: { value: init, enumerable: true } }) as AnyFold;
}

/** Makes copies of a value as it is now. */
function copying(value: unknown): () => unknown {
  const kept = copyOf(value);
  return () => structuredClone(kept);
}

function copyOf(value: unknown): unknown {
  let copy: unknown;
  try {
    copy = structuredClone(value);
  } catch (cause) {
    throw cannotCopy(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (typeof value === 'object' && value !== null) {
    const made = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
    if (made !== null && made !== Object.getPrototypeOf(copy))
      throw cannotCopy(`a copy of it would not be a ${made.constructor?.name ?? 'value of its class'}`);
  }
  return copy;
}

function cannotCopy(why: string, cause?: unknown): EngineError {
  return new EngineError(
    'argument',
    `init is copied for each partial fold, and this one cannot be: ${why}; give a function that makes it: init: () => …`,
    cause === undefined ? {} : { cause },
  );
}

function notAFold(given: unknown): EngineError {
  return new EngineError(
    'argument',
    'a fold is an object { init, update, combine? … }, a function (acc, batch) => acc with { init }, one of folds.*, ' +
      `or { module, name }; not ${given === null ? 'null' : typeof given}`,
  );
}
