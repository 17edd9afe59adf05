/** The aggregates as users call them: of a column's name or an expression, with `distinct` and `where`. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import type { AggregateName } from './aggregates/index.js';
import { aggregate } from './build.js';
import { buildColumn, ExpressionObject } from './expression.js';
import type { BooleanExpression, ExpressionOfValue, NumberExpression, UntypedExpression } from './methods.js';
import type { Expression, LikeColumn, NamesColumn, OfColumn, WhenEmpty } from './typed-expression.js';

/** What every aggregate takes. */
export interface AggregateOptions {
  /** Each different value once. */
  readonly distinct?: boolean;
  /** Only the rows for which this is true. */
  readonly where?: Expression<boolean>;
}

/** The rows of a group may all be left out by `where`. */
type WhereNull<O> = O extends { readonly where: object } ? null : never;
type Summable = number | bigint | boolean;

/** An aggregate of numbers (or booleans) to a number. */
export interface NumberAggregate {
  <const C extends string, O extends AggregateOptions = object>(
    column: C,
    options?: O,
  ): NumberExpression<WhenEmpty | OfColumn<C, Summable> | WhereNull<O>>;
  <N, O extends AggregateOptions = object>(
    expression: Expression<number | boolean, N>,
    options?: O,
  ): NumberExpression<N | WhenEmpty | WhereNull<O>>;
}

/** As `NumberAggregate`; one value alone gives null. */
export interface SpreadAggregate {
  <const C extends string>(
    column: C,
    options?: AggregateOptions,
  ): NumberExpression<null | OfColumn<C, Summable>>;
  (expression: Expression<number | boolean>, options?: AggregateOptions): NumberExpression<null>;
}

/** An aggregate of any type to the same type. */
export interface SameTypeAggregate {
  <const C extends string, O extends AggregateOptions = object>(
    column: C,
    options?: O,
  ): UntypedExpression<WhenEmpty | LikeColumn<C> | WhereNull<O>>;
  <V, N, O extends AggregateOptions = object>(
    expression: Expression<V, N>,
    options?: O,
  ): ExpressionOfValue<V, N | WhenEmpty | WhereNull<O>>;
}

/** An aggregate of booleans to a boolean. */
export interface BooleanAggregate {
  <const C extends string, O extends AggregateOptions = object>(
    column: C,
    options?: O,
  ): BooleanExpression<WhenEmpty | OfColumn<C, boolean> | WhereNull<O>>;
  <N, O extends AggregateOptions = object>(
    expression: Expression<boolean, N>,
    options?: O,
  ): BooleanExpression<N | WhenEmpty | WhereNull<O>>;
}

type ColumnMark<A> = A extends string ? OfColumn<A, Summable> : never;

function build(
  name: AggregateName,
  args: readonly unknown[],
  options: AggregateOptions = {},
  params: readonly number[] = [],
): ExpressionObject {
  const columns = args.map((arg) => {
    if (typeof arg === 'string') return buildColumn(arg);
    if (arg instanceof ExpressionObject) return arg;
    const found = typeof arg === 'function' ? 'a function: write r => ' + `${name}(r.x)` : typeof arg;
    throw new EngineError('argument', `${name}() takes a column's name or an expression, not ${found}`);
  });
  const { distinct, where } = checkOptions(name, options);
  const exprs = columns.map((column) => column.expr);
  return new ExpressionObject(
    aggregate(name, exprs, { params, distinct, where: where?.expr }),
    where === undefined ? columns : [...columns, where],
  );
}

function checkOptions(
  name: AggregateName,
  options: AggregateOptions,
): { readonly distinct: boolean; readonly where: ExpressionObject | undefined } {
  if (typeof options !== 'object' || options === null || options instanceof ExpressionObject)
    throw new EngineError('argument', `the options of ${name}() are { distinct?, where? }`);
  const { distinct = false, where, ...unknown } = options as Readonly<Record<string, unknown>>;
  for (const option of Object.keys(unknown))
    throw new EngineError(
      'argument',
      `${name}() has no option "${option}"${didYouMean(option, ['distinct', 'where'], 'options')}`,
    );
  if (typeof distinct !== 'boolean')
    throw new EngineError('argument', `distinct of ${name}() must be true or false`);
  if (where !== undefined && !(where instanceof ExpressionObject))
    throw new EngineError(
      'argument',
      `where of ${name}() must be an expression: r => ${name}(…, { where: r.delay.gt(0) })`,
    );
  if (distinct && name === 'n')
    throw new EngineError('argument', `n() counts rows; nDistinct('x') counts different values`);
  return { distinct, where };
}

const numberAggregate = (name: AggregateName): NumberAggregate =>
  ((arg: unknown, options?: AggregateOptions) => build(name, [arg], options)) as unknown as NumberAggregate;
const spreadAggregate = (name: AggregateName): SpreadAggregate => numberAggregate(name);
const sameTypeAggregate = (name: AggregateName): SameTypeAggregate =>
  numberAggregate(name) as unknown as SameTypeAggregate;
const booleanAggregate = (name: AggregateName): BooleanAggregate =>
  numberAggregate(name) as unknown as BooleanAggregate;

/**
 * Number of rows, 0 for none; with `where`, of those for which it is true.
 *
 * @example flights.groupBy('origin').summarise({ flights: n() })
 */
export function n(options?: { readonly where?: Expression<boolean> }): NumberExpression {
  return build('n', [], options) as unknown as NumberExpression;
}

/** Sum: int64 of integers and booleans (a `data` error beyond 64 bits), float64 of floats; null for none. @example sum('distance') */
export const sum: NumberAggregate = numberAggregate('sum');
/** Arithmetic mean as float64; null for none. @example mean('delay') */
export const mean: NumberAggregate = numberAggregate('mean');
/** Middle value as float64, the mean of the two middle ones of an even number; null for none. @example median('delay') */
export const median: NumberAggregate = numberAggregate('median');
/** Variance of a sample (n − 1) as float64; null for fewer than two values. @example variance('delay') */
export const variance: SpreadAggregate = spreadAggregate('variance');
/** Standard deviation of a sample (n − 1) as float64; null for fewer than two values. @example sd('delay') */
export const sd: SpreadAggregate = spreadAggregate('sd');
/** Least value, of any type; null for none. @example min('date') */
export const min: SameTypeAggregate = sameTypeAggregate('min');
/** Greatest value, of any type (NaN above all numbers); null for none. @example max('date') */
export const max: SameTypeAggregate = sameTypeAggregate('max');
/** First value that is not null, in the order of the input; null for none. @example first('origin') */
export const first: SameTypeAggregate = sameTypeAggregate('first');
/** Last value that is not null, in the order of the input; null for none. @example last('origin') */
export const last: SameTypeAggregate = sameTypeAggregate('last');
/** True if one of the booleans is; null for none. @example flights.summarise({ late: r => any(r.delay.gt(60)) }) */
export const any: BooleanAggregate = booleanAggregate('any');
/** True if all of the booleans are; null for none. @example flights.summarise({ late: r => all(r.delay.gt(60)) }) */
export const all: BooleanAggregate = booleanAggregate('all');

/**
 * The value below which the share `p` of the values lies, as float64, interpolated between neighbours (type 7); null for
 * none.
 *
 * @param p 0…1
 * @throws EngineError `argument` for another p
 * @example quantile('delay', 0.95)
 */
export function quantile<const C extends string, O extends AggregateOptions = object>(
  column: C,
  p: number,
  options?: O,
): NumberExpression<WhenEmpty | OfColumn<C, Summable> | WhereNull<O>>;
export function quantile<N, O extends AggregateOptions = object>(
  expression: Expression<number | boolean, N>,
  p: number,
  options?: O,
): NumberExpression<N | WhenEmpty | WhereNull<O>>;
export function quantile(of: string | Expression, p: number, options?: AggregateOptions): unknown {
  if (typeof p !== 'number' || !(p >= 0 && p <= 1))
    throw new EngineError('argument', `p of quantile() must be a number from 0 to 1, not ${String(p)}`);
  return build('quantile', [of], options, [p]);
}

/**
 * Number of different values, nulls not counted; 0 for none.
 *
 * @example nDistinct('origin')
 */
export function nDistinct<const C extends string>(
  column: C,
  options?: AggregateOptions,
): NumberExpression<NamesColumn<C>>;
export function nDistinct(expression: Expression, options?: AggregateOptions): NumberExpression;
export function nDistinct(of: string | Expression, options?: AggregateOptions): unknown {
  return build('nDistinct', [of], options);
}

/**
 * Pearson's correlation as float64, of the rows where both numbers are there; null for fewer than two of them, NaN where
 * one does not vary.
 *
 * @example corr('delay', 'distance')
 */
export function corr<
  const A extends string | Expression<number>,
  const B extends string | Expression<number>,
>(x: A, y: B, options?: AggregateOptions): NumberExpression<null | ColumnMark<A> | ColumnMark<B>> {
  if (options?.distinct === true)
    throw new EngineError(
      'unsupported',
      'corr of distinct pairs is not available; use distinct() before summarise()',
    );
  return build('corr', [x, y], options) as unknown as NumberExpression<null | ColumnMark<A> | ColumnMark<B>>;
}
