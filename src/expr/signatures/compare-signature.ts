/** The ways in which comparisons decide their types. */
import { EngineError } from '../../base/engine-error.js';
import { bool, isInteger } from '../../data/types.js';
import { unify } from '../coerce.js';
import type { Resolved } from '../expr.js';
import { toPhysical } from '../literal-type.js';
import type { Call, Operand } from '../operand.js';
import { constant, operation } from '../operand.js';
import { integerBound, integerInterval } from './integer-bounds.js';

type Resolve = (call: Call) => Resolved;

/** The comparison with its sides exchanged. */
const MIRRORED: ReadonlyMap<string, string> = new Map([
  ['eq', 'eq'],
  ['ne', 'ne'],
  ['lt', 'gt'],
  ['le', 'ge'],
  ['gt', 'lt'],
  ['ge', 'le'],
]);

/**
 * Two operands of one common type to a boolean: `eq`, `lt`. An integer compared with a literal stays of its type, whatever
 * the literal: `int32 > 1.5` is `int32 > 1`.
 */
export function comparison(op: string): Resolve {
  return (call) => {
    const [left, right] = call.operands;
    const mirrored = MIRRORED.get(op);
    if (left?.kind === 'free' && right !== undefined && right.kind !== 'free' && mirrored !== undefined)
      return compare(call, mirrored, right, left);
    if (left === undefined || right === undefined)
      throw new EngineError('internal', `${op} without operands`);
    return compare(call, op, left, right);
  };
}

function compare(call: Call, op: string, left: Operand, right: Operand): Resolved {
  if (left.kind !== 'free' && right.kind === 'free') {
    const bound = integerBound(op, right.value, left.type);
    if (bound !== undefined) return operation(bound.op, bool, [left, constant(bound.value, left.type)]);
  }
  return operation(op, bool, unify(call, [left, right]).args);
}

/** A value and its bounds: `between`. */
export function interval(op: string): Resolve {
  return (call) => {
    const [value, low, high] = call.operands;
    if (value !== undefined && value.kind !== 'free' && low?.kind === 'free' && high?.kind === 'free') {
      const bounds = integerInterval(low.value, high.value, value.type);
      if (bounds !== undefined)
        return operation(op, bool, [value, ...bounds.map((bound) => constant(bound, value.type))]);
    }
    return operation(op, bool, unify(call, call.operands).args);
  };
}

/** Two operands to a boolean that is never null: two nulls are equal. */
export function nullSafeComparison(op: string): Resolve {
  return (call) => {
    if (call.operands.some((operand, i) => impossible(operand, call.operands[1 - i])))
      return constant(false, bool);
    return operation(op, bool, unify(call, call.operands).args, { nullable: false });
  };
}

/** True for a number that an integer can never equal. */
function impossible(literal: Operand, other: Operand | undefined): boolean {
  if (literal.kind !== 'free' || other === undefined || other.kind === 'free' || !isInteger(other.type))
    return false;
  const { value } = literal;
  return (
    (typeof value === 'number' || typeof value === 'bigint') && toPhysical(value, other.type) === undefined
  );
}

/** A value and the literals it may equal: `in`. An empty list holds nothing, not even null. */
export function membership(op: string): Resolve {
  return (call) => {
    const [value, ...list] = call.operands;
    if (value === undefined) throw new EngineError('internal', `${op} without a value`);
    for (const item of list)
      if (item.kind !== 'free' && item.kind !== 'constant')
        throw call.fail(`${call.fn} takes values, not expressions; use .eq(…).or(…) for those`);
    if (list.length === 0) return constant(false, bool);
    // Numbers that the value can never equal must not widen it; if only such are there, it still gives null for null.
    const kept = list.filter((item) => !impossible(item, value));
    const never = integerBound('eq', 0.5, value.kind === 'free' ? bool : value.type);
    if (kept.length === 0 && value.kind !== 'free' && never !== undefined)
      return operation(never.op, bool, [value, constant(never.value, value.type)]);
    return operation(op, bool, unify(call, [value, ...kept]).args);
  };
}
