/** The methods of expressions, by the kind of their values; what each means in full stands with its function. */
import type { DataType, TimeUnit } from '../data/types.js';
import type { DatePart } from './signatures/time-signature.js';
import type {
  Branch,
  Expression,
  Literal,
  NamedExpression,
  NullOf,
  NullsOf,
  NullsOfAll,
  Operand,
  Ordering,
} from './typed-expression.js';

type NumberLiteral = number | bigint;
type Num = Operand<NumberLiteral, number>;
type Str = Operand<string, string>;
type Bool = Operand<boolean, boolean>;
type Moment = Operand<Date | string, Date>;
/** A literal divisor other than 0 adds no null; anything else may be zero. */
type ZeroNull<D> = D extends NumberLiteral
  ? number extends D
    ? null
    : D extends 0 | 0n
      ? null
      : never
  : null;

export type NumberTypeName =
  'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'float32' | 'float64';
export type TimestampTypeName = `timestamp(${TimeUnit})` | `timestamp(${TimeUnit}, ${string})`;

/** What expressions of every kind have. `L`: literals they meet, `V`: values of the expressions they meet. */
export interface AnyMethods<L, V, N> {
  /** True if equal; NaN equals NaN, −0 equals 0; null if one is null. @example r.origin.eq('SFO') */
  eq<O extends Operand<L, V>>(other: O): BooleanExpression<N | NullsOf<O>>;
  /** True if different; null if one is null. */
  ne<O extends Operand<L, V>>(other: O): BooleanExpression<N | NullsOf<O>>;
  /** True if less; text by its UTF-8 bytes, NaN above all numbers; null if one is null. */
  lt<O extends Operand<L, V>>(other: O): BooleanExpression<N | NullsOf<O>>;
  /** True if less or equal; null if one is null. */
  le<O extends Operand<L, V>>(other: O): BooleanExpression<N | NullsOf<O>>;
  /** True if greater; null if one is null. @example r.delay.gt(15) */
  gt<O extends Operand<L, V>>(other: O): BooleanExpression<N | NullsOf<O>>;
  /** True if greater or equal; null if one is null. */
  ge<O extends Operand<L, V>>(other: O): BooleanExpression<N | NullsOf<O>>;
  /** True if equal or both null; never null. */
  eqNull(other: Operand<L | null, V>): BooleanExpression;
  /** True if equal to one of the values; null if it is null. */
  in(values: readonly L[]): BooleanExpression<N>;
  /** False if equal to one of the values, else true; null as `in`. */
  notIn(values: readonly L[]): BooleanExpression<N>;
  /** True from `low` to `high`, both included; null if one is null. */
  between<A extends Operand<L, V>, B extends Operand<L, V>>(
    low: A,
    high: B,
  ): BooleanExpression<N | NullsOf<A | B>>;
  /** True if null; never null itself. */
  isNull(): BooleanExpression;
  /** True if not null; never null itself. */
  isNotNull(): BooleanExpression;
  /** The value as another type; what does not fit is a `data` error at run time. @example r.code.cast('int32') */
  cast(to: NumberTypeName): NumberExpression<N>;
  cast(to: 'utf8'): TextExpression<N>;
  cast(to: 'bool'): BooleanExpression<N>;
  cast(to: 'date' | TimestampTypeName): DateExpression<N>;
  cast(to: DataType): UntypedExpression<N>;
  /** Sort key, smallest first, nulls last. */
  asc(): Ordering<never>;
  /** Sort key, greatest first, nulls last. */
  desc(): Ordering<never>;
}

export interface NumberMethods<N> {
  /** Sum; an integer overflow is a `data` error; null if one is null. @example r.delay.add(5) */
  add<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  /** Difference; an integer overflow is a `data` error; null if one is null. */
  sub<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  /** Product; an integer overflow is a `data` error; null if one is null. */
  mul<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  /** Quotient as float64: x/0 is ±Infinity, 0/0 is NaN; null if one is null. */
  div<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  /** Quotient without fraction, towards zero; null by zero. @example r.minutes.idiv(60) */
  idiv<const O extends Num>(other: O): NumberExpression<N | NullsOf<O> | ZeroNull<O>>;
  /** Remainder with the sign of the dividend; null by zero. */
  mod<const O extends Num>(other: O): NumberExpression<N | NullsOf<O> | ZeroNull<O>>;
  /** Power as float64; null if one is null. */
  pow<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  /** With the other sign. */
  neg(): NumberExpression<N>;
  abs(): NumberExpression<N>;
  /** −1, 0 or 1. */
  sign(): NumberExpression<N>;
  floor(): NumberExpression<N>;
  ceil(): NumberExpression<N>;
  /** To `digits` decimal places (0), half away from zero. @example r.delay.round(1) */
  round(digits?: number): NumberExpression<N>;
  /** Without its fraction. */
  trunc(): NumberExpression<N>;
  sqrt(): NumberExpression<N>;
  cbrt(): NumberExpression<N>;
  exp(): NumberExpression<N>;
  /** Natural logarithm; −Infinity of 0, NaN of negative numbers. */
  ln(): NumberExpression<N>;
  log2(): NumberExpression<N>;
  log10(): NumberExpression<N>;
  /** Of radians, as all trigonometric functions. */
  sin(): NumberExpression<N>;
  cos(): NumberExpression<N>;
  tan(): NumberExpression<N>;
  asin(): NumberExpression<N>;
  acos(): NumberExpression<N>;
  atan(): NumberExpression<N>;
  sinh(): NumberExpression<N>;
  cosh(): NumberExpression<N>;
  tanh(): NumberExpression<N>;
  /** Angle of the point (`x`, this). */
  atan2<O extends Num>(x: O): NumberExpression<N | NullsOf<O>>;
  /** Root of the sum of the squares. */
  hypot<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  /** True unless NaN or infinite; null stays null. */
  isFinite(): BooleanExpression<N>;
  /** True if NaN; null stays null. */
  isNaN(): BooleanExpression<N>;
  bitAnd<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  bitOr<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  bitXor<O extends Num>(other: O): NumberExpression<N | NullsOf<O>>;
  /** Bits moved left; bits lost at the top are a `data` error. */
  shiftLeft<O extends Num>(bits: O): NumberExpression<N | NullsOf<O>>;
  /** Bits moved right, keeping the sign. */
  shiftRight<O extends Num>(bits: O): NumberExpression<N | NullsOf<O>>;
}

export interface TextMethods<N> {
  /** Number of code points. */
  length(): NumberExpression<N>;
  lower(): TextExpression<N>;
  upper(): TextExpression<N>;
  /** Without white space at both ends. */
  trim(): TextExpression<N>;
  /** Code points from `start` (1 is the first, negative counts from the end), `count` of them or all. */
  substr<A extends Num, B extends Num = number>(start: A, count?: B): TextExpression<N | NullsOf<A | B>>;
  contains<O extends Str>(part: O): BooleanExpression<N | NullsOf<O>>;
  /** @example r.name.lower().startsWith('a') */
  startsWith<O extends Str>(part: O): BooleanExpression<N | NullsOf<O>>;
  endsWith<O extends Str>(part: O): BooleanExpression<N | NullsOf<O>>;
  /** True if the whole text fits: % any text, _ one code point, \ takes the next literally. */
  like(pattern: string): BooleanExpression<N>;
  /** This text and the others after it; null if one is null. */
  concat<O extends readonly Str[]>(...others: O): TextExpression<N | NullsOf<O[number]>>;
}

export interface BooleanMethods<N> {
  /** Three-valued: false if one is false, else null if one is null. @example r.delay.gt(15).and(r.origin.eq('SFO')) */
  and<O extends readonly Bool[]>(...others: O): BooleanExpression<N | NullsOf<O[number]>>;
  /** Three-valued: true if one is true, else null if one is null. */
  or<O extends readonly Bool[]>(...others: O): BooleanExpression<N | NullsOf<O[number]>>;
  not(): BooleanExpression<N>;
}

export interface DateMethods<N> {
  year(): NumberExpression<N>;
  /** 1…4. */
  quarter(): NumberExpression<N>;
  /** 1…12. */
  month(): NumberExpression<N>;
  /** Of the month, 1…31. */
  day(): NumberExpression<N>;
  /** ISO: Monday 1 … Sunday 7. */
  weekday(): NumberExpression<N>;
  /** 0…23, of a timestamp, in UTC. @example r.date.hour() */
  hour(): NumberExpression<N>;
  minute(): NumberExpression<N>;
  /** The whole second 0…59. */
  second(): NumberExpression<N>;
  /** The start of its year, quarter, month, week (Monday), day, hour, minute or second. */
  dateTrunc(part: DatePart): DateExpression<N>;
}

export interface NumberExpression<N = never>
  extends Expression<number, N>, AnyMethods<NumberLiteral, number, N>, NumberMethods<N> {
  /** The first that is not null; null only if all are. @example r.delay.coalesce(0) */
  coalesce<O extends readonly Num[]>(...others: O): NumberExpression<NullsOfAll<O, N>>;
  /** Null where both are equal. */
  nullIf(other: Num): NumberExpression<N | null>;
  /** The least, nulls skipped. */
  least<O extends readonly Num[]>(...others: O): NumberExpression<NullsOfAll<O, N>>;
  /** The greatest, nulls skipped; NaN above all numbers. */
  greatest<O extends readonly Num[]>(...others: O): NumberExpression<NullsOfAll<O, N>>;
  /** With the name of the column it becomes. */
  as<Name extends string>(name: Name): NamedExpression<Name, number, N>;
}

export interface TextExpression<N = never>
  extends Expression<string, N>, AnyMethods<string, string, N>, TextMethods<N> {
  coalesce<O extends readonly Str[]>(...others: O): TextExpression<NullsOfAll<O, N>>;
  nullIf(other: Str): TextExpression<N | null>;
  least<O extends readonly Str[]>(...others: O): TextExpression<NullsOfAll<O, N>>;
  greatest<O extends readonly Str[]>(...others: O): TextExpression<NullsOfAll<O, N>>;
  as<Name extends string>(name: Name): NamedExpression<Name, string, N>;
}

export interface BooleanExpression<N = never>
  extends Expression<boolean, N>, AnyMethods<boolean, boolean, N>, BooleanMethods<N> {
  coalesce<O extends readonly Bool[]>(...others: O): BooleanExpression<NullsOfAll<O, N>>;
  nullIf(other: Bool): BooleanExpression<N | null>;
  as<Name extends string>(name: Name): NamedExpression<Name, boolean, N>;
}

/** A date or timestamp. Literals are a Date or ISO text, read in UTC. */
export interface DateExpression<N = never>
  extends Expression<Date, N>, AnyMethods<Date | string, Date, N>, DateMethods<N> {
  coalesce<O extends readonly Moment[]>(...others: O): DateExpression<NullsOfAll<O, N>>;
  nullIf(other: Moment): DateExpression<N | null>;
  least<O extends readonly Moment[]>(...others: O): DateExpression<NullsOfAll<O, N>>;
  greatest<O extends readonly Moment[]>(...others: O): DateExpression<NullsOfAll<O, N>>;
  as<Name extends string>(name: Name): NamedExpression<Name, Date, N>;
}

/** A column or value whose type only the plan knows: every method is there, and checked when the plan is built. */
export interface UntypedExpression<N = null>
  extends
    Expression<never, N>,
    AnyMethods<Literal, unknown, N>,
    NumberMethods<N>,
    TextMethods<N>,
    BooleanMethods<N>,
    DateMethods<N> {
  coalesce<O extends readonly Branch[]>(...others: O): UntypedExpression<NullsOfAll<O, N>>;
  nullIf(other: Branch): UntypedExpression<N | null>;
  least<O extends readonly Branch[]>(...others: O): UntypedExpression<NullsOfAll<O, N>>;
  greatest<O extends readonly Branch[]>(...others: O): UntypedExpression<NullsOfAll<O, N>>;
  as<Name extends string>(name: Name): NamedExpression<Name, never, N>;
}

/** The expression whose values are `V`, null as `N` says. */
export type ExpressionOfValue<V, N> = [V] extends [never]
  ? UntypedExpression<N>
  : unknown extends V
    ? UntypedExpression<N>
    : [V] extends [number | bigint]
      ? NumberExpression<N>
      : [V] extends [string]
        ? TextExpression<N>
        : [V] extends [boolean]
          ? BooleanExpression<N>
          : [V] extends [Date]
            ? DateExpression<N>
            : UntypedExpression<N>;

/** The expression of a column whose values are `T`. */
export type ExpressionOf<T> = unknown extends T
  ? UntypedExpression
  : ExpressionOfValue<NonNullable<T>, NullOf<T>>;
