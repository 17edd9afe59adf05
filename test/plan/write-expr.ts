/** Short ways to write expressions in plan tests. */
import { aggregate, call, column, literal } from '../../src/expr/build.js';
import type { Expr } from '../../src/expr/expr.js';
import type { LiteralValue } from '../../src/data/literal.js';
import type { NamedExpr, OrderKey } from '../../src/plan/node.js';

type Operand = Expr | LiteralValue;

const asExpr = (operand: Operand): Expr =>
  typeof operand === 'object' && operand !== null && !(operand instanceof Date) ? operand : literal(operand);

export const c = column;
export const lit = literal;

/** `f('gt', c('delay'), 15)`: values become literals. */
export function f(fn: string, ...operands: readonly Operand[]): Expr {
  return call(fn, operands.map(asExpr));
}

/** `agg('mean', c('delay'))`. */
export function agg(fn: string, ...operands: readonly Operand[]): Expr {
  return aggregate(fn, operands.map(asExpr));
}

/** `named({ total: agg('sum', c('delay')) })`. */
export function named(entries: Readonly<Record<string, Expr>>): readonly NamedExpr[] {
  return Object.entries(entries).map(([name, expr]) => ({ name, expr }));
}

/** Columns as they are: `keep('a', 'b')`. */
export function keep(...names: readonly string[]): readonly NamedExpr[] {
  return names.map((name) => ({ name, expr: column(name) }));
}

export function up(expr: Expr): OrderKey {
  return { expr, descending: false };
}

export function down(expr: Expr): OrderKey {
  return { expr, descending: true };
}
