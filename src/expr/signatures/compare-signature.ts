/** The ways in which comparisons decide their types. */
import { EngineError } from '../../base/engine-error.js';
import { bool, isInteger } from '../../data/types.js';
import { unify } from '../coerce.js';
import type { Resolved } from '../expr.js';
import { toPhysical } from '../literal-type.js';
import type { Call, Operand } from '../operand.js';
import { constant, operation } from '../operand.js';

type Resolve = (call: Call) => Resolved;

/** Operands of one common type to a boolean: `eq`, `lt`, `between`. */
export function comparison(op: string): Resolve {
  return (call) => operation(op, bool, unify(call, call.operands).args);
}

/** As `comparison`, but never null: two nulls are equal. */
export function nullSafeComparison(op: string): Resolve {
  return (call) => operation(op, bool, unify(call, call.operands).args, { nullable: false });
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
    return operation(op, bool, unify(call, [value, ...possible(value, list)]).args);
  };
}

/** Without the numbers that an integer can never equal, so that they do not turn the comparison into one of floats. */
function possible(value: Operand, list: readonly Operand[]): readonly Operand[] {
  if (value.kind === 'free' || !isInteger(value.type)) return list;
  const { type } = value;
  const kept = list.filter(
    (item) =>
      item.kind !== 'free' || typeof item.value !== 'number' || toPhysical(item.value, type) !== undefined,
  );
  return kept.length === 0 ? list : kept;
}
