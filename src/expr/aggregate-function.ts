/** What an aggregate's definition says; one file per aggregate in `aggregates/` fills it in. */
import type { DataType } from '../data/types.js';
import type { Resolved } from './expr.js';
import type { Call } from './operand.js';

/** An aggregate with its types decided. */
export interface AggregateShape {
  /** Name of the native aggregate. */
  readonly native: string;
  readonly args: readonly Resolved[];
  readonly type: DataType;
  /** What it gives for no rows, or none but nulls. */
  readonly whenEmpty: 'null' | 'value';
  /** Null can come out of rows without nulls, too: the variance of one value. */
  readonly alwaysNullable?: boolean;
}

export interface AggregateFunction {
  /** Its name in expressions: `mean('delay')`. */
  readonly name: string;
  /** One sentence: meaning, and what it gives for nothing. Nulls are skipped by all. */
  readonly doc: string;
  /** A call inside `summarise`. */
  readonly example: string;
  /** As SQL: `{0}` is the first argument, `{p}` the parameter. */
  readonly sql: string;
  readonly arity: number;
  /** What its constants are called: `['p']` of a quantile. */
  readonly params: readonly string[];
  /** True where doubles change the result; others ignore `distinct`. */
  readonly countsDoubles: boolean;
  /** Decides all types from the arguments, or throws `call.fail(…)` with the remedy. */
  readonly resolve: (call: Call) => AggregateShape;
}
