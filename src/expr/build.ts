/** The constructors of expression data: every expression is made here, frozen. */
import type { LiteralValue } from '../data/literal.js';
import type { DataType } from '../data/types.js';
import type { AggregateExpr, CallExpr, CastExpr, ColumnExpr, Expr, LiteralExpr } from './expr.js';

export function column(name: string): ColumnExpr {
  return Object.freeze({ kind: 'column', name });
}

/** A value; with a `type` it is fixed, without one it adapts to what it meets. */
export function literal(value: LiteralValue, type?: DataType): LiteralExpr {
  return Object.freeze(type === undefined ? { kind: 'literal', value } : { kind: 'literal', value, type });
}

export function call(fn: string, args: readonly Expr[]): CallExpr {
  return Object.freeze({ kind: 'call', fn, args: Object.freeze([...args]) });
}

export function cast(arg: Expr, to: DataType): CastExpr {
  return Object.freeze({ kind: 'cast', arg, to });
}

export interface AggregateOptions {
  readonly params?: readonly number[];
  readonly distinct?: boolean;
  readonly where?: Expr | undefined;
}

export function aggregate(fn: string, args: readonly Expr[], options: AggregateOptions = {}): AggregateExpr {
  const { params = [], distinct = false, where } = options;
  const fixed = {
    kind: 'aggregate' as const,
    fn,
    args: Object.freeze([...args]),
    params: Object.freeze([...params]),
    distinct,
  };
  return Object.freeze(where === undefined ? fixed : { ...fixed, where });
}

/** The direct parts of an expression. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'column':
    case 'literal':
      return [];
    case 'call':
      return expr.args;
    case 'cast':
      return [expr.arg];
    case 'aggregate':
      return expr.where === undefined ? expr.args : [...expr.args, expr.where];
  }
}

/** True if an aggregate occurs anywhere in it. */
export function containsAggregate(expr: Expr): boolean {
  return expr.kind === 'aggregate' || partsOf(expr).some(containsAggregate);
}
