/** ReadyFold: a fold that the engine runs itself, with what any driver of folds needs: its state is bytes. */
import { EngineError } from '../../base/engine-error.js';
import type { ColumnData } from '../../data/column.js';
import type { Fold } from '../../data/fold.js';
import type { Table } from '../../data/table.js';
import { printExpr } from '../../expr/print-expr.js';
import { mergeFolds, updateFold } from '../../native/fold.js';
import { decodeParts, encodeParts } from './part-states.js';
import type { PartState } from './part-states.js';
import { argumentTypes, bindPart, bindUnseen } from './ready-part.js';
import type { NativePart, ReadyPart } from './ready-part.js';

/** Holds the names of the columns that a fold needs; no such property exists at run time. */
export declare const needs: unique symbol;

/**
 * A fold of `folds.*`: run by the engine in one pass, in parallel, with a bounded state that can be saved, loaded and
 * merged in any order. Its accumulator is bytes, empty before the first row.
 *
 * `Needs` are the columns it reads by name: a query without one of them is a compile error.
 */
export interface ReadyFold<out R, out Needs extends string = string> extends Fold<Uint8Array, R> {
  readonly kind: 'ready';
  /** How `explain` and errors name it: `crossprod(x: a, b; y: c)`. */
  readonly label: string;
  readonly parts: readonly ReadyPart[];
  readonly commutative: true;
  readonly [needs]?: Needs;
  /** The result from the state of each part, in order. */
  fromStates(states: readonly Uint8Array[]): R;
  finish(acc: Uint8Array): R;
  save(acc: Uint8Array): Uint8Array;
  load(bytes: Uint8Array): Uint8Array;
}

export interface ReadyDefinition<R> {
  readonly label: string;
  readonly parts: readonly ReadyPart[];
  /** The result from the state of each part, in order. */
  readonly fromStates: (states: readonly Uint8Array[]) => R;
}

/** Makes a ready fold of what is its own. */
export function readyFold<R, Needs extends string>(definition: ReadyDefinition<R>): ReadyFold<R, Needs> {
  const { label, parts, fromStates } = definition;
  const statesOf = (acc: Uint8Array): readonly Uint8Array[] =>
    acc.length === 0
      ? parts.map((part) => unseenState(part, label))
      : decodeParts(acc, parts.length).parts.map(({ state }) => state);
  const fold: Omit<ReadyFold<R, Needs>, 'combine' | 'commutative'> = {
    kind: 'ready',
    label,
    parts: Object.freeze([...parts]),
    fromStates,
    init: () => new Uint8Array(),
    update: (acc, batch) => updated(acc, batch, parts, label),
    finish: (acc) => fromStates(statesOf(acc)),
    save: (acc) => acc,
    load(bytes) {
      if (bytes.length > 0) decodeParts(bytes, parts.length);
      return bytes;
    },
  };
  const commutative = true as const;
  const native = parts.filter((part) => part.kind === 'native');
  // A plan's answer cannot be merged with another's: without `combine`, nobody tries to.
  if (native.length < parts.length) return Object.freeze({ ...fold, commutative });
  const combine = (a: Uint8Array, b: Uint8Array): Uint8Array => combined(a, b, native, label);
  return Object.freeze({ ...fold, commutative, combine });
}

/** The state of a part that saw no row. */
function unseenState(part: ReadyPart, label: string): Uint8Array {
  if (part.kind === 'plan') throw notByItself(label, 'finished');
  return updateFold(
    { ...bindUnseen(part), name: part.name },
    new Uint8Array(),
    0,
    0,
    emptyColumns(part.args.length),
  );
}

const emptyColumn: ColumnData = Object.freeze({
  layout: 'fixed',
  type: Object.freeze({ kind: 'float64' }),
  length: 0,
  validity: null,
  nullCount: 0,
  values: new Float64Array(),
});

const emptyColumns = (count: number): readonly ColumnData[] =>
  Array.from({ length: count }, () => emptyColumn);

function combined(a: Uint8Array, b: Uint8Array, parts: readonly NativePart[], label: string): Uint8Array {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  const left = decodeParts(a, parts.length);
  const right = decodeParts(b, parts.length);
  const merged = left.parts.map((part, i): PartState => {
    const other = right.parts[i]!;
    if (!sameNumbers(part.typeIds, other.typeIds) || !sameNumbers(part.params, other.params))
      throw new EngineError(
        'data',
        `${label}: two states cannot be combined; they saw columns of other types`,
      );
    const { typeIds, params } = part;
    const state = mergeFolds({ name: parts[i]!.name, typeIds, params }, part.state, other.state);
    return { typeIds, params, state };
  });
  return encodeParts({ parts: merged, updated: left.updated + right.updated });
}

function updated(
  acc: Uint8Array,
  batch: Table<object>,
  parts: readonly ReadyPart[],
  label: string,
): Uint8Array {
  const before = acc.length === 0 ? undefined : decodeParts(acc, parts.length);
  const first = before?.updated ?? 0;
  const after = parts.map((part, i): PartState => {
    if (part.kind === 'plan') throw notByItself(label, 'updated');
    const types = argumentTypes(part, batch.schema, label);
    const { typeIds, params } = bindPart(part, types);
    const known = before?.parts[i];
    if (known !== undefined && !sameNumbers(known.typeIds, typeIds))
      throw new EngineError('data', `${label}: a batch has columns of other types than those before it`);
    const columns = part.args.map((expr) => {
      const column = expr.kind === 'column' ? batch.columns[batch.schema.indexOf(expr.name)] : undefined;
      if (column !== undefined) return column;
      throw new EngineError(
        'unsupported',
        `${label}: ${printExpr(expr)} is computed by the engine; fold a query with collectChunked(fold), or make ` +
          'it a column with mutate() first',
        { detail: { expression: printExpr(expr) } },
      );
    });
    const state = updateFold(
      { name: part.name, typeIds, params },
      known?.state ?? new Uint8Array(),
      first,
      batch.numRows,
      columns,
    );
    return { typeIds, params, state };
  });
  return encodeParts({ parts: after, updated: first + batch.numRows });
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

function notByItself(label: string, what: string): EngineError {
  return new EngineError(
    'unsupported',
    `${label} needs all values together, so it cannot be ${what} batch by batch; give it to collectChunked() of a query`,
  );
}
