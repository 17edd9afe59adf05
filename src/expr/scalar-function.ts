/** What a scalar function's definition says; one file per function in `functions/` fills it in. */
import type { Resolved } from './expr.js';
import type { Call } from './operand.js';

/** Where a function is listed in documentation. */
export type FunctionGroup = 'arithmetic' | 'number' | 'compare' | 'logic' | 'text' | 'time';

export interface ScalarFunction {
  /** Its name in expressions: the method, the member of `fn`. */
  readonly name: string;
  readonly group: FunctionGroup;
  /** One sentence: meaning and null rule. */
  readonly doc: string;
  /** A call as a method and its result: `lit(5).add(2) // => 7`. */
  readonly example: string;
  /** As SQL (DuckDB's where they differ): `{0}` is the first argument, `{*}` all of them with commas. */
  readonly sql: string;
  /** Shown between its operands instead of as a call. */
  readonly infix?: string;
  /** Fewest and most arguments, the value itself included; most is Infinity for any number. */
  readonly arity: readonly [fewest: number, most: number];
  /** Decides all types, or throws `call.fail(…)` with the remedy. */
  readonly resolve: (call: Call) => Resolved;
}
