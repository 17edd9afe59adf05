/** `fn`: every scalar function as a free function; what each means stands with its method and its definition. */
import { buildCall, isList, withoutTrailingUndefined } from './expression.js';
import { functions } from './functions/index.js';
import type { FunctionName } from './functions/index.js';
import type { Branch, coalesce, ifElse, NullsOfBranch, ValueOfBranch } from './builders.js';
import type {
  BooleanExpression,
  DateExpression,
  ExpressionOfValue,
  NumberExpression,
  TextExpression,
} from './methods.js';
import type { DatePart } from './signatures/time-signature.js';
import type { Literal, Operand } from './typed-expression.js';

type Num<N> = Operand<number | bigint, number, N>;
type Str<N> = Operand<string, string, N>;
type Bool<N> = Operand<boolean, boolean, N>;
type Moment<N> = Operand<Date, Date, N>;

type OneNumber = <N = never>(x: Num<N>) => NumberExpression<N>;
type TwoNumbers = <A = never, B = never>(x: Num<A>, y: Num<B>) => NumberExpression<A | B>;
type Division = <A = never, B = never>(x: Num<A>, y: Num<B>) => NumberExpression<A | B | null>;
type NumberTest = <N = never>(x: Num<N>) => BooleanExpression<N>;
type OneText = <N = never>(text: Str<N>) => TextExpression<N>;
type TextTest = <A = never, B = never>(text: Str<A>, part: Str<B>) => BooleanExpression<A | B>;
type DateField = <N = never>(moment: Moment<N>) => NumberExpression<N>;
type Comparison = <A extends Branch, B extends Branch>(
  left: A,
  right: B,
) => BooleanExpression<NullsOfBranch<A> | NullsOfBranch<B>>;
type NullTest = (value: Branch) => BooleanExpression;
type Logic = <N = never>(...conditions: readonly Bool<N>[]) => BooleanExpression<N>;
type Chosen<B, N> = ExpressionOfValue<ValueOfBranch<B>, N>;
type Extreme = <B extends Branch>(...values: readonly B[]) => Chosen<B, NullsOfBranch<B>>;

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
  readonly round: <N = never>(x: Num<N>, digits?: number) => NumberExpression<N>;
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
  readonly in: <A extends Branch>(
    value: A,
    list: readonly Literal[],
  ) => BooleanExpression<NullsOfBranch<A> | null>;
  readonly between: <A extends Branch, L extends Branch, H extends Branch>(
    value: A,
    low: L,
    high: H,
  ) => BooleanExpression<NullsOfBranch<A> | NullsOfBranch<L> | NullsOfBranch<H>>;
  readonly and: Logic;
  readonly or: Logic;
  readonly not: <N = never>(condition: Bool<N>) => BooleanExpression<N>;
  readonly isNull: NullTest;
  readonly isNotNull: NullTest;
  readonly ifElse: typeof ifElse;
  readonly coalesce: typeof coalesce;
  readonly nullIf: <A extends Branch>(value: A, other: Branch) => Chosen<A, NullsOfBranch<A> | null>;
  readonly length: <N = never>(text: Str<N>) => NumberExpression<N>;
  readonly lower: OneText;
  readonly upper: OneText;
  readonly trim: OneText;
  readonly substr: <A = never, B = never, C = never>(
    text: Str<A>,
    start: Num<B>,
    count?: Num<C>,
  ) => TextExpression<A | B | C>;
  readonly contains: TextTest;
  readonly startsWith: TextTest;
  readonly endsWith: TextTest;
  readonly like: <N = never>(text: Str<N>, pattern: string) => BooleanExpression<N>;
  readonly concat: <N = never>(...texts: readonly Str<N>[]) => TextExpression<N>;
  readonly year: DateField;
  readonly quarter: DateField;
  readonly month: DateField;
  readonly day: DateField;
  readonly hour: DateField;
  readonly minute: DateField;
  readonly second: DateField;
  readonly weekday: DateField;
  readonly dateTrunc: <N = never>(moment: Moment<N>, part: DatePart) => DateExpression<N>;
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
