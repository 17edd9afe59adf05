/** The parts that a ready fold runs as: folds of the engine, or plans that give one row. */
import { EngineError } from '../../base/engine-error.js';
import type { Schema } from '../../data/schema.js';
import type { DataType } from '../../data/types.js';
import { float64, isNumeric, isTemporal, typeIds, typeName } from '../../data/types.js';
import type { Expr } from '../../expr/expr.js';
import { printExpr } from '../../expr/print-expr.js';
import { resolve } from '../../expr/resolve.js';
import type { PlanNode } from '../../plan/node.js';

/** What an argument may be: numbers; those and bool; whatever has distances (numbers, dates, timestamps); anything. */
export type Takes = 'number' | 'number or bool' | 'ordered' | 'any';

/** A fold of the engine: `native/engine/folds.h` lists them. All native parts of a fold share one pass. */
export interface NativePart {
  readonly kind: 'native';
  readonly name: string;
  readonly args: readonly Expr[];
  /** Of each argument; the last one holds for those that follow. */
  readonly takes: readonly Takes[];
  /** Fixed, or by the types of the arguments (the unit of a timestamp, which the engine does not know). */
  readonly params: readonly number[] | ((types: readonly DataType[]) => readonly number[]);
}

/** An exact answer that needs the values together: a plan of its own, a pass of its own, merged with nothing. */
export interface PlanPart {
  readonly kind: 'plan';
  readonly args: readonly Expr[];
  readonly takes: readonly Takes[];
  /** One row of one number (or null): the answer. */
  plan(input: PlanNode): PlanNode;
}

export type ReadyPart = NativePart | PlanPart;

/** A native part whose argument types are known. */
export interface BoundPart {
  readonly name: string;
  readonly typeIds: readonly number[];
  readonly params: readonly number[];
}

const fits: { readonly [K in Takes]: (type: DataType) => boolean } = {
  number: isNumeric,
  'number or bool': (type) => isNumeric(type) || type.kind === 'bool',
  ordered: (type) => isNumeric(type) || isTemporal(type),
  any: () => true,
};

const wanted: { readonly [K in Takes]: string } = {
  number: 'numbers',
  'number or bool': 'numbers or booleans',
  ordered: 'numbers, dates or timestamps',
  any: 'anything',
};

/**
 * The types of a part's arguments over rows of `schema`.
 *
 * @param label the fold's, for messages
 * @throws EngineError `plan` for an unknown column, `type` for one that the fold does not take
 */
export function argumentTypes(part: ReadyPart, schema: Schema, label: string): readonly DataType[] {
  return part.args.map((expr, i) => {
    const { type } = resolve(expr, schema);
    const takes = part.takes[Math.min(i, part.takes.length - 1)] ?? 'any';
    if (fits[takes](type)) return type;
    const shown = printExpr(expr);
    const remedy =
      type.kind === 'bool' || type.kind === 'utf8'
        ? `; .cast('${type.kind === 'bool' ? 'int32' : 'float64'}') converts it`
        : '';
    throw new EngineError('type', `${label} takes ${wanted[takes]}; ${shown} is ${typeName(type)}${remedy}`, {
      detail: { expression: shown, type: typeName(type) },
    });
  });
}

/** The part for arguments of these types. */
export function bindPart(part: NativePart, types: readonly DataType[]): BoundPart {
  const params = typeof part.params === 'function' ? part.params(types) : part.params;
  return { name: part.name, typeIds: types.map((type) => typeIds[type.kind]), params };
}

/** The part before it has seen a row, so that nothing is known of its arguments: as if all were float64. */
export function bindUnseen(part: NativePart): BoundPart {
  return bindPart(
    part,
    part.args.map(() => float64),
  );
}
