/** `fn`: every scalar function as a free function; what each means stands with its method and its definition. */
import { buildCall, isList, withoutTrailingUndefined } from './expression.js';
import { functions } from './functions/index.js';
import type { FunctionName } from './functions/index.js';
import type { coalesce, ifElse } from './builders.js';
import type {
  BooleanExpression,
  DateExpression,
  ExpressionOfValue,
  NumberExpression,
  TextExpression,
} from './methods.js';
import type { DatePart } from './signatures/time-signature.js';
import type {
  Branch,
  Expression,
  Literal,
  NullsOf,
  NullsOfAll,
  Operand,
  ValueOf,
} from './typed-expression.js';

type Num = Operand<number | bigint, number>;
type Str = Operand<string, string>;
type Bool = Operand<boolean, boolean>;
type Moment = Expression<Date>;

type OneNumber = <X extends Num>(x: X) => NumberExpression<NullsOf<X>>;
type TwoNumbers = <X extends Num, Y extends Num>(x: X, y: Y) => NumberExpression<NullsOf<X | Y>>;
type Division = <X extends Num, Y extends Num>(x: X, y: Y) => NumberExpression<NullsOf<X | Y> | null>;
type NumberTest = <X extends Num>(x: X) => BooleanExpression<NullsOf<X>>;
type OneText = <T extends Str>(text: T) => TextExpression<NullsOf<T>>;
type TextTest = <T extends Str, P extends Str>(text: T, part: P) => BooleanExpression<NullsOf<T | P>>;
type DateField = <M extends Moment>(moment: M) => NumberExpression<NullsOf<M>>;
type Comparison = <A extends Branch, B extends Branch>(
  left: A,
  right: B,
) => BooleanExpression<NullsOf<A | B>>;
type NullTest = (value: Branch) => BooleanExpression;
type Logic = <C extends readonly Bool[]>(...conditions: C) => BooleanExpression<NullsOf<C[number]>>;
type Chosen<B, N> = ExpressionOfValue<ValueOf<B>, N>;
type Extreme = <B extends readonly Branch[]>(...values: B) => Chosen<B[number], NullsOfAll<B>>;

/** The scalar functions by name. */
export interface Functions {
  readonly add: TwoNumbers;
  readonly sub: TwoNumbers;
  readonly mul: TwoNumbers;
  readonly div: TwoNumbers;
  readonly idiv: Division;
  readonly mod: Division;
  readonly pow: TwoNumbers;
  readonly neg: OneNumber;
  readonly abs: OneNumber;
  readonly sign: OneNumber;
  readonly floor: OneNumber;
  readonly ceil: OneNumber;
  readonly round: <X extends Num>(x: X, digits?: number) => NumberExpression<NullsOf<X>>;
  readonly trunc: OneNumber;
  readonly sqrt: OneNumber;
  readonly cbrt: OneNumber;
  readonly exp: OneNumber;
  readonly ln: OneNumber;
  readonly log2: OneNumber;
  readonly log10: OneNumber;
  readonly sin: OneNumber;
  readonly cos: OneNumber;
  readonly tan: OneNumber;
  readonly asin: OneNumber;
  readonly acos: OneNumber;
  readonly atan: OneNumber;
  readonly sinh: OneNumber;
  readonly cosh: OneNumber;
  readonly tanh: OneNumber;
  readonly atan2: TwoNumbers;
  readonly hypot: TwoNumbers;
  readonly least: Extreme;
  readonly greatest: Extreme;
  readonly isFinite: NumberTest;
  readonly isNaN: NumberTest;
  readonly bitAnd: TwoNumbers;
  readonly bitOr: TwoNumbers;
  readonly bitXor: TwoNumbers;
  readonly shiftLeft: TwoNumbers;
  readonly shiftRight: TwoNumbers;
  readonly eq: Comparison;
  readonly ne: Comparison;
  readonly lt: Comparison;
  readonly le: Comparison;
  readonly gt: Comparison;
  readonly ge: Comparison;
  readonly eqNull: (left: Branch, right: Branch) => BooleanExpression;
  readonly in: <A extends Branch>(value: A, list: readonly Literal[]) => BooleanExpression<NullsOf<A> | null>;
  readonly between: <A extends Branch, L extends Branch, H extends Branch>(
    value: A,
    low: L,
    high: H,
  ) => BooleanExpression<NullsOf<A> | NullsOf<L> | NullsOf<H>>;
  readonly and: Logic;
  readonly or: Logic;
  readonly not: <C extends Bool>(condition: C) => BooleanExpression<NullsOf<C>>;
  readonly isNull: NullTest;
  readonly isNotNull: NullTest;
  readonly ifElse: typeof ifElse;
  readonly coalesce: typeof coalesce;
  readonly nullIf: <A extends Branch>(value: A, other: Branch) => Chosen<A, NullsOf<A> | null>;
  readonly length: <T extends Str>(text: T) => NumberExpression<NullsOf<T>>;
  readonly lower: OneText;
  readonly upper: OneText;
  readonly trim: OneText;
  readonly substr: <T extends Str, A extends Num, B extends Num = number>(
    text: T,
    start: A,
    count?: B,
  ) => TextExpression<NullsOf<T | A | B>>;
  readonly contains: TextTest;
  readonly startsWith: TextTest;
  readonly endsWith: TextTest;
  readonly like: <T extends Str>(text: T, pattern: string) => BooleanExpression<NullsOf<T>>;
  readonly concat: <T extends readonly Str[]>(...texts: T) => TextExpression<NullsOf<T[number]>>;
  readonly year: DateField;
  readonly quarter: DateField;
  readonly month: DateField;
  readonly day: DateField;
  readonly hour: DateField;
  readonly minute: DateField;
  readonly second: DateField;
  readonly weekday: DateField;
  readonly dateTrunc: <M extends Moment>(moment: M, part: DatePart) => DateExpression<NullsOf<M>>;
}

type Build = (...args: unknown[]) => unknown;

function freeFunctions(): Functions {
  const made: Record<string, Build> = Object.create(null) as Record<string, Build>;
  for (const [name, { arity }] of Object.entries(functions)) {
    made[name] = (...args) => {
      const [value, list, ...rest] = args;
      if (name === 'in' && isList(list)) return buildCall(name, [value, ...list, ...rest]);
      return buildCall(name, withoutTrailingUndefined(args, arity[0]));
    };
  }
  return Object.freeze(made) as unknown as Functions;
}

/**
 * Every scalar function as a free function, for those who prefer `fn.round(r.delay, 1)` to `r.delay.round(1)`.
 *
 * @example flights.mutate({ route: r => fn.concat(r.origin, ' – ', r.destination) })
 */
export const fn: Functions = freeFunctions();

/** Proves to the compiler that `Functions` names every function there is. */
export const functionKey = (name: FunctionName): keyof Functions => name;
