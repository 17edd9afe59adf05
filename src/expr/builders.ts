/** The free functions that begin expressions: columns, literals, sort keys, choices. */
import { EngineError } from '../base/engine-error.js';
import { literal } from './build.js';
import { buildCall, buildColumn, ExpressionObject, isLiteral, OrderingObject } from './expression.js';
import type { ExpressionOfValue, UntypedExpression } from './methods.js';
import type {
  Branch,
  Expression,
  Literal,
  NullsOf,
  NullsOfAll,
  Operand,
  Ordering,
  ValueOf,
} from './typed-expression.js';

type Chosen<B> = ExpressionOfValue<ValueOf<B>, NullsOf<B>>;

/** What may be chosen beside `A`: its kind, or null. */
type Beside<A> = [ValueOf<A>] extends [never]
  ? Branch
  : [ValueOf<A>] extends [number]
    ? Operand<number | bigint | null, number>
    : [ValueOf<A>] extends [string]
      ? Operand<string | null, string>
      : [ValueOf<A>] extends [boolean]
        ? Operand<boolean | null, boolean>
        : Operand<Date | string | null, Date>;

type Condition = Operand<boolean, boolean>;

/**
 * A column by name, without knowing its type: every method is there, and checked when the plan is built.
 *
 * @throws EngineError `plan`, at the verb, if the query has no such column
 * @example flights.filter(col('delay').gt(15))
 */
export function col(name: string): UntypedExpression {
  if (typeof name !== 'string')
    throw new EngineError('argument', `col(name) takes a column's name, not ${typeof name}`);
  return buildColumn(name) as unknown as UntypedExpression;
}

/**
 * A value as an expression, where a method has to begin with one. Its type adapts to the column it meets.
 *
 * @throws EngineError `argument` for what cannot be a value
 * @example lit(60).sub(r.minute) // => 60 - minute
 */
export function lit<const V extends Literal>(value: V): Chosen<V> {
  if (!isLiteral(value)) throw new EngineError('argument', `lit() takes a value, not ${typeof value}`);
  return new ExpressionObject(literal(value)) as unknown as Chosen<V>;
}

function ordering(key: string | Expression, descending: boolean): OrderingObject {
  if (typeof key === 'string') return new OrderingObject(buildColumn(key), descending);
  if (key instanceof ExpressionObject) return new OrderingObject(key, descending);
  throw new EngineError(
    'argument',
    `${descending ? 'desc' : 'asc'}() takes a column's name or an expression`,
  );
}

/**
 * Sort key: greatest first, nulls last.
 *
 * @param key a column's name, or an expression
 * @example flights.arrange(desc('delay'), 'origin')
 */
export function desc<const C extends string>(key: C): Ordering<C>;
export function desc(key: Expression): Ordering<never>;
export function desc(key: string | Expression): Ordering {
  return ordering(key, true) as unknown as Ordering;
}

/**
 * Sort key: smallest first, nulls last, as a bare name in `arrange`.
 *
 * @param key a column's name, or an expression
 * @example flights.arrange(asc('origin'), desc('delay'))
 */
export function asc<const C extends string>(key: C): Ordering<C>;
export function asc(key: Expression): Ordering<never>;
export function asc(key: string | Expression): Ordering {
  return ordering(key, false) as unknown as Ordering;
}

/**
 * `then` where the condition is true, `otherwise` where it is false or null. Both must be of one type.
 *
 * @example flights.mutate({ late: r => ifElse(r.delay.gt(15), 'late', 'on time') })
 */
export function ifElse<const A extends Branch, const B extends Beside<A>>(
  condition: Condition,
  then: A,
  otherwise: B,
): Chosen<A | B> {
  return buildCall('ifElse', [condition, then, otherwise]) as unknown as Chosen<A | B>;
}

/**
 * The value of the first case whose condition is true; `otherwise` (null if left out) where none is.
 *
 * @param cases pairs of condition and value, in the order tried; all values of one type
 * @throws EngineError `argument` for no case or one that is no pair
 * @example flights.mutate({ size: r => caseWhen([[r.distance.gt(2000), 'long'], [r.distance.gt(500), 'middle']], 'short') })
 */
export function caseWhen<const B extends Branch, const D extends Branch = null>(
  cases: readonly (readonly [condition: Condition, value: B])[],
  otherwise?: D,
): Chosen<B | D> {
  if (
    !Array.isArray(cases) ||
    cases.length === 0 ||
    cases.some((one) => !Array.isArray(one) || one.length !== 2)
  )
    throw new EngineError(
      'argument',
      'caseWhen takes a list of pairs: caseWhen([[condition, value], …], otherwise)',
    );
  const last: unknown = otherwise === undefined ? null : otherwise;
  const nested = cases.reduceRight<unknown>(
    (rest, [condition, value]) => buildCall('ifElse', [condition, value, rest]),
    last,
  );
  return nested as Chosen<B | D>;
}

/**
 * The first of the values that is not null; null only if all are. All must be of one type.
 *
 * @example flights.mutate({ delay: r => coalesce(r.delay, 0) })
 */
export function coalesce<const T extends readonly [Branch, ...Branch[]]>(
  ...values: T
): ExpressionOfValue<ValueOf<T[number]>, NullsOfAll<T>> {
  return buildCall('coalesce', values) as unknown as ExpressionOfValue<ValueOf<T[number]>, NullsOfAll<T>>;
}
