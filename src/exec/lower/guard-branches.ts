/** Keeps `ifElse` and `coalesce` lazy where it matters: a branch raises no error for rows that take another. */
import { bool } from '../../data/types.js';
import type { Resolved } from '../../expr/expr.js';
import { canFail, failsItself } from '../../plan/fallible.js';

type Operation = Extract<Resolved, { kind: 'operation' }>;

/** What was rewritten and what it was, for messages. */
const originals = new WeakMap<Resolved, Resolved>();

/**
 * The engine computes all branches for all rows. Here an operation that can fail and belongs to one branch only is given
 * null instead of its first operand where that branch is not taken: null in, null out, no error. What cannot fail stays
 * the very same object. The result shares parts; who walks it should remember those it has seen.
 */
export function guardBranches(expr: Resolved): Resolved {
  return guard(expr, undefined);
}

/** The expression as it was written. */
export function withoutGuard(expr: Resolved): Resolved {
  return originals.get(expr) ?? expr;
}

/** `taken`: true for the rows whose value is used; undefined when all are. */
function guard(expr: Resolved, taken: Resolved | undefined): Resolved {
  if (expr.kind !== 'operation' || !canFail(expr)) return expr;
  if (expr.op === 'ifElse') return rebuilt(expr, guardedChoice(expr.args, taken));
  if (expr.op === 'coalesce') return rebuilt(expr, guardedAlternatives(expr.args, taken));
  const args = expr.args.map((arg) => guard(arg, taken));
  const [first, ...rest] = args;
  // An operand that is guarded is null already where the branch is not taken.
  const safe = !failsItself(expr) || expr.args.some(failsItself);
  if (taken === undefined || first === undefined || safe) return rebuilt(expr, args);
  return rebuilt(expr, [onlyWhere(taken, first), ...rest]);
}

function guardedChoice(
  [condition, yes, no]: readonly Resolved[],
  taken: Resolved | undefined,
): readonly Resolved[] {
  const test = guard(condition!, taken);
  // A null condition takes the second branch.
  const known = test.nullable
    ? logic('coalesce', [test, { kind: 'constant', value: false, type: bool, nullable: false }])
    : test;
  return [test, guard(yes!, both(taken, known)), guard(no!, both(taken, logic('not', [known])))];
}

function guardedAlternatives(args: readonly Resolved[], taken: Resolved | undefined): readonly Resolved[] {
  let reached = taken;
  return args.map((arg) => {
    const guarded = guard(arg, reached);
    reached = both(reached, logic('isNull', [guarded]));
    return guarded;
  });
}

function rebuilt(expr: Operation, args: readonly Resolved[]): Resolved {
  if (args.every((arg, i) => arg === expr.args[i])) return expr;
  const result = { ...expr, args, nullable: expr.nullable || args.some((arg) => arg.nullable) };
  originals.set(result, expr);
  return result;
}

function onlyWhere(taken: Resolved, value: Resolved): Resolved {
  const { type } = value;
  const nothing: Resolved = { kind: 'constant', value: null, type, nullable: true };
  const masked: Resolved = {
    kind: 'operation',
    op: 'ifElse',
    args: [taken, value, nothing],
    params: [],
    type,
    nullable: true,
  };
  originals.set(masked, withoutGuard(value));
  return masked;
}

function both(a: Resolved | undefined, b: Resolved): Resolved {
  return a === undefined ? b : logic('and', [a, b]);
}

/** A test that is never null, of operands that are not. */
function logic(op: string, args: readonly Resolved[]): Resolved {
  return { kind: 'operation', op, args, params: [], type: bool, nullable: false };
}
