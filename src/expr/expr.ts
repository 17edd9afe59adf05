/** The expression language as plain frozen data: what users build, what rules rewrite, what gets resolved and run. */
import type { LiteralValue } from '../data/literal.js';
import type { DataType } from '../data/types.js';

export type { LiteralValue } from '../data/literal.js';

export interface ColumnExpr {
  readonly kind: 'column';
  readonly name: string;
}

export interface LiteralExpr {
  readonly kind: 'literal';
  readonly value: LiteralValue;
  /** Set when the type is fixed (a cast literal, a folded constant); otherwise it adapts to what it meets. */
  readonly type?: DataType;
}

/** A scalar function or operator, by its name in `functions/index.ts`. */
export interface CallExpr {
  readonly kind: 'call';
  readonly fn: string;
  readonly args: readonly Expr[];
}

export interface CastExpr {
  readonly kind: 'cast';
  readonly arg: Expr;
  readonly to: DataType;
}

/** An aggregate, by its name in `aggregates/index.ts`. */
export interface AggregateExpr {
  readonly kind: 'aggregate';
  readonly fn: string;
  readonly args: readonly Expr[];
  /** Constants such as the p of a quantile. */
  readonly params: readonly number[];
  readonly distinct: boolean;
  readonly where?: Expr;
}

export type Expr = ColumnExpr | LiteralExpr | CallExpr | CastExpr | AggregateExpr;

/**
 * An expression with every type decided: operand types fit the operation exactly, casts are calls of `cast`,
 * literals carry values of their type: days (number) for a date, ticks (bigint) for a timestamp, integers as number
 * while safe and bigint beyond. This is what lowering turns into a linear program.
 */
export type Resolved =
  | { readonly kind: 'column'; readonly name: string; readonly type: DataType; readonly nullable: boolean }
  | {
      readonly kind: 'constant';
      readonly value: LiteralValue;
      readonly type: DataType;
      readonly nullable: boolean;
    }
  | {
      readonly kind: 'operation';
      /** Name of the native operation. */
      readonly op: string;
      readonly args: readonly Resolved[];
      /** Units, digits, flags: integers as the operation's definition says. */
      readonly params: readonly number[];
      readonly type: DataType;
      readonly nullable: boolean;
    };

/** A resolved aggregate: arguments are ordinary resolved expressions; `where` is already folded into them. */
export interface ResolvedAggregate {
  /** Name of the native aggregate. */
  readonly name: string;
  readonly args: readonly Resolved[];
  readonly params: readonly number[];
  readonly distinct: boolean;
  readonly type: DataType;
  readonly nullable: boolean;
}
