/** The ways in which functions of booleans, and of any type with nulls, decide their types. */
import { bool } from '../../data/types.js';
import { operandAs, unify } from '../coerce.js';
import type { Resolved } from '../expr.js';
import type { Call } from '../operand.js';
import { operation, settle } from '../operand.js';

type Resolve = (call: Call) => Resolved;

/** Booleans to a boolean by three-valued logic: `and`, `or`, `not`. */
export function logical(op: string): Resolve {
  return (call) => {
    const args = call.operands.map((operand) => operandAs(call, operand, bool, `each operand of ${call.fn}`));
    return args.length <= 2 ? operation(op, bool, args) : balanced(op, args);
  };
}

/** Many operands as a tree of pairs, so that its depth stays small. */
function balanced(op: string, args: readonly Resolved[]): Resolved {
  const [first] = args;
  if (first !== undefined && args.length === 1) return first;
  const middle = Math.ceil(args.length / 2);
  return operation(op, bool, [balanced(op, args.slice(0, middle)), balanced(op, args.slice(middle))]);
}

/** Anything to a boolean about being null, itself never null. */
export function nullTest(op: string): Resolve {
  return (call) => operation(op, bool, call.operands.map(settle), { nullable: false });
}

/** A condition and two values: `ifElse`. */
export function choice(op: string): Resolve {
  return (call) => {
    const [condition, ...branches] = call.operands;
    if (condition === undefined) throw call.fail(`${call.fn} needs a condition`);
    const test = operandAs(call, condition, bool, 'the condition');
    const { type, args } = unify(call, branches);
    return operation(op, type, [test, ...args], { nullable: args.some((arg) => arg.nullable) });
  };
}

/** Values of one type, the first that is not null: `coalesce`. */
export function firstPresent(op: string): Resolve {
  return (call) => {
    const { type, args } = unify(call, call.operands);
    return operation(op, type, args, { nullable: args.every((arg) => arg.nullable) });
  };
}

/** Two values of one type, to that type, null where they are equal: `nullIf`. */
export function nulling(op: string): Resolve {
  return (call) => {
    const { type, args } = unify(call, call.operands);
    return operation(op, type, args, { nullable: true });
  };
}
