/** The rule `simplify-booleans`: shortens conditions by three-valued logic, and drops filters that keep everything. */
import type { Schema } from '../../data/schema.js';
import { bool } from '../../data/types.js';
import { call } from '../../expr/build.js';
import type { Expr } from '../../expr/expr.js';
import { resolve } from '../../expr/resolve.js';
import { rewriteUp, sameExpr } from '../expressions.js';
import type { PlanNode } from '../node.js';
import { limit } from '../nodes/limit.js';
import { mapExpressions, rewritePlanUp } from '../walk.js';
import type { Rule } from './rule.js';

/** Negations that hold for null (both sides null) and NaN (which is ordered) alike. */
const opposite: ReadonlyMap<string, string> = new Map([
  ['eq', 'ne'],
  ['ne', 'eq'],
  ['lt', 'ge'],
  ['ge', 'lt'],
  ['gt', 'le'],
  ['le', 'gt'],
  ['isNull', 'isNotNull'],
  ['isNotNull', 'isNull'],
]);

export const simplifyBooleans: Rule = {
  name: 'simplify-booleans',
  doc: 'shortens conditions and drops filters that keep every row',
  apply: (plan) =>
    rewritePlanUp(plan, (node) =>
      withoutIdleFilter(
        mapExpressions(node, (expr, input) => {
          const schema = input?.schema ?? node.schema;
          return rewriteUp(expr, (part) => simplify(part, schema));
        }),
      ),
    ),
};

const truth = (value: boolean): Expr => Object.freeze({ kind: 'literal', value, type: bool });

function simplify(expr: Expr, schema: Schema): Expr {
  if (expr.kind !== 'call') return expr;
  const [a, b] = expr.args;
  if (a === undefined) return expr;
  if (expr.args.length === 2 && b !== undefined && (expr.fn === 'and' || expr.fn === 'or'))
    return simplifyPair(expr, a, b);
  if (expr.fn === 'not') return negation(expr, a);
  if (expr.fn === 'isNull' || expr.fn === 'isNotNull') {
    // Only a column's promise is used: a computed part must still run, since it may fail.
    if (a.kind === 'column' && schema.field(a.name)?.nullable === false)
      return truth(expr.fn === 'isNotNull');
  }
  if (expr.args.length === 2 && b !== undefined && (expr.fn === 'eq' || expr.fn === 'ne'))
    return comparedWithTruth(expr, a, b, schema);
  return expr;
}

function simplifyPair(expr: Expr & { kind: 'call' }, a: Expr, b: Expr): Expr {
  const neutral = expr.fn === 'and';
  if (isTruth(a, neutral)) return asBool(b);
  if (isTruth(b, neutral)) return asBool(a);
  // false and anything is false, even null; true or anything is true.
  if (isTruth(a, !neutral) || isTruth(b, !neutral)) return truth(!neutral);
  return sameExpr(a, b) ? a : expr;
}

/** A bare null takes its type from its neighbours; left alone it must keep it. */
function asBool(expr: Expr): Expr {
  return expr.kind === 'literal' && expr.type === undefined ? Object.freeze({ ...expr, type: bool }) : expr;
}

function negation(expr: Expr, a: Expr): Expr {
  if (a.kind === 'literal' && typeof a.value === 'boolean') return truth(!a.value);
  if (a.kind !== 'call') return expr;
  if (a.fn === 'not') return a.args[0] ?? expr;
  const fn = opposite.get(a.fn);
  return fn === undefined ? expr : call(fn, a.args);
}

/** `flag = true` is `flag`, `flag ≠ true` is `not flag`. */
function comparedWithTruth(expr: Expr & { kind: 'call' }, a: Expr, b: Expr, schema: Schema): Expr {
  const [value, other] =
    b.kind === 'literal' ? [b.value, a] : a.kind === 'literal' ? [a.value, b] : [null, a];
  if (typeof value !== 'boolean' || resolve(other, schema).type.kind !== 'bool') return expr;
  return value === (expr.fn === 'eq') ? other : call('not', [other]);
}

function isTruth(expr: Expr, value: boolean): boolean {
  return expr.kind === 'literal' && expr.value === value;
}

function withoutIdleFilter(node: PlanNode): PlanNode {
  if (node.kind !== 'filter' || node.predicate.kind !== 'literal') return node;
  return node.predicate.value === true ? node.inputs[0]! : limit(node.inputs[0]!, 0);
}
