/** What a function sees of its arguments while types are being decided: resolved parts, and literals still free. */
import { EngineError } from '../base/engine-error.js';
import type { LiteralValue } from '../data/literal.js';
import type { DataType } from '../data/types.js';
import type { Resolved } from './expr.js';
import { defaultType, toPhysical } from './literal-type.js';

/** A literal whose type is not decided yet; it adapts to what it meets. */
export interface FreeLiteral {
  readonly kind: 'free';
  readonly value: LiteralValue;
}

export type Operand = Resolved | FreeLiteral;

/** A call being resolved: the function's name, its operands in order, and how it says what is wrong. */
export interface Call {
  readonly fn: string;
  readonly operands: readonly Operand[];
  /** An EngineError `type` that names the whole expression. */
  fail(message: string): EngineError;
}

export function constant(value: LiteralValue, type: DataType): Resolved {
  return Object.freeze({ kind: 'constant', value, type, nullable: value === null });
}

/** An operation node; null if any argument may be null, unless the function knows better. */
export function operation(
  op: string,
  type: DataType,
  args: readonly Resolved[],
  options: { readonly params?: readonly number[]; readonly nullable?: boolean } = {},
): Resolved {
  return Object.freeze({
    kind: 'operation',
    op,
    args: Object.freeze([...args]),
    params: Object.freeze([...(options.params ?? [])]),
    type,
    nullable: options.nullable ?? args.some((arg) => arg.nullable),
  });
}

/**
 * The operand with a type: a free literal takes the type it has when it stands alone.
 *
 * @throws EngineError `type` for a null, which has none
 */
export function settle(operand: Operand): Resolved {
  if (operand.kind !== 'free') return operand;
  const type = defaultType(operand.value);
  if (type === undefined)
    throw new EngineError('type', `a null alone has no type; give it one: lit(null).cast('int32')`);
  return constant(toPhysical(operand.value, type) ?? null, type);
}
