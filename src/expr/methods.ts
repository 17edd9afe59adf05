/** The methods of expressions, by the kind of their values; what each means in full stands with its function. */
import type { DataType, TimeUnit } from '../data/types.js';
import type { DatePart } from './signatures/time-signature.js';
import type { Expression, Literal, NamedExpression, NullOf, Operand, Ordering } from './typed-expression.js';

type NumberLiteral = number | bigint;
type Num<N> = Operand<NumberLiteral, number, N>;
type Str<N> = Operand<string, string, N>;
type Bool<N> = Operand<boolean, boolean, N>;
type Mask = NumberExpression<unknown> | number | bigint;
type MaskNulls<M> = M extends NumberExpression<infer N> ? N : never;
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
  eq<M = never>(other: Operand<L, V, M>): BooleanExpression<N | M>;
  /** True if different; null if one is null. */
  ne<M = never>(other: Operand<L, V, M>): BooleanExpression<N | M>;
  /** True if less; text by its UTF-8 bytes, NaN above all numbers; null if one is null. */
  lt<M = never>(other: Operand<L, V, M>): BooleanExpression<N | M>;
  /** True if less or equal; null if one is null. */
  le<M = never>(other: Operand<L, V, M>): BooleanExpression<N | M>;
  /** True if greater; null if one is null. @example r.delay.gt(15) */
  gt<M = never>(other: Operand<L, V, M>): BooleanExpression<N | M>;
  /** True if greater or equal; null if one is null. */
  ge<M = never>(other: Operand<L, V, M>): BooleanExpression<N | M>;
  /** True if equal or both null; never null. */
  eqNull(other: Operand<L | null, V, unknown>): BooleanExpression;
  /** True if equal to one of the values; null if it is null. */
  in(values: readonly L[]): BooleanExpression<N>;
  /** False if equal to one of the values, else true; null as `in`. */
  notIn(values: readonly L[]): BooleanExpression<N>;
  /** True from `low` to `high`, both included; null if one is null. */
  between<A = never, B = never>(low: Operand<L, V, A>, high: Operand<L, V, B>): BooleanExpression<N | A | B>;
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
  asc(): Ordering;
  /** Sort key, greatest first, nulls last. */
  desc(): Ordering;
}

export interface NumberMethods<N> {
  /** Sum; an integer overflow is a `data` error; null if one is null. @example r.delay.add(5) */
  add<M = never>(other: Num<M>): NumberExpression<N | M>;
  /** Difference; an integer overflow is a `data` error; null if one is null. */
  sub<M = never>(other: Num<M>): NumberExpression<N | M>;
  /** Product; an integer overflow is a `data` error; null if one is null. */
  mul<M = never>(other: Num<M>): NumberExpression<N | M>;
  /** Quotient as float64: x/0 is ±Infinity, 0/0 is NaN; null if one is null. */
  div<M = never>(other: Num<M>): NumberExpression<N | M>;
  /** Quotient without fraction, towards zero; null by zero. @example r.minutes.idiv(60) */
  idiv<const D extends Mask>(other: D): NumberExpression<N | MaskNulls<D> | ZeroNull<D>>;
  /** Remainder with the sign of the dividend; null by zero. */
  mod<const D extends Mask>(other: D): NumberExpression<N | MaskNulls<D> | ZeroNull<D>>;
  /** Power as float64; null if one is null. */
  pow<M = never>(other: Num<M>): NumberExpression<N | M>;
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
  atan2<M = never>(x: Num<M>): NumberExpression<N | M>;
  /** Root of the sum of the squares. */
  hypot<M = never>(other: Num<M>): NumberExpression<N | M>;
  /** True unless NaN or infinite; null stays null. */
  isFinite(): BooleanExpression<N>;
  /** True if NaN; null stays null. */
  isNaN(): BooleanExpression<N>;
  bitAnd<M = never>(other: Num<M>): NumberExpression<N | M>;
  bitOr<M = never>(other: Num<M>): NumberExpression<N | M>;
  bitXor<M = never>(other: Num<M>): NumberExpression<N | M>;
  /** Bits moved left; bits lost at the top are a `data` error. */
  shiftLeft<M = never>(bits: Num<M>): NumberExpression<N | M>;
  /** Bits moved right, keeping the sign. */
  shiftRight<M = never>(bits: Num<M>): NumberExpression<N | M>;
}

export interface TextMethods<N> {
  /** Number of code points. */
  length(): NumberExpression<N>;
  lower(): TextExpression<N>;
  upper(): TextExpression<N>;
  /** Without white space at both ends. */
  trim(): TextExpression<N>;
  /** Code points from `start` (1 is the first, negative counts from the end), `count` of them or all. */
  substr<A = never, B = never>(start: Num<A>, count?: Num<B>): TextExpression<N | A | B>;
  contains<M = never>(part: Str<M>): BooleanExpression<N | M>;
  /** @example r.name.lower().startsWith('a') */
  startsWith<M = never>(part: Str<M>): BooleanExpression<N | M>;
  endsWith<M = never>(part: Str<M>): BooleanExpression<N | M>;
  /** True if the whole text fits: % any text, _ one code point, \ takes the next literally. */
  like(pattern: string): BooleanExpression<N>;
  /** This text and the others after it; null if one is null. */
  concat<M = never>(...others: readonly Str<M>[]): TextExpression<N | M>;
}

export interface BooleanMethods<N> {
  /** Three-valued: false if one is false, else null if one is null. @example r.delay.gt(15).and(r.origin.eq('SFO')) */
  and<M = never>(...others: readonly Bool<M>[]): BooleanExpression<N | M>;
  /** Three-valued: true if one is true, else null if one is null. */
  or<M = never>(...others: readonly Bool<M>[]): BooleanExpression<N | M>;
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
  coalesce<M = never>(...others: readonly Num<M>[]): NumberExpression<M>;
  /** Null where both are equal. */
  nullIf(other: Num<unknown>): NumberExpression<N | null>;
  /** The least, nulls skipped. */
  least<M = never>(...others: readonly Num<M>[]): NumberExpression<M>;
  /** The greatest, nulls skipped; NaN above all numbers. */
  greatest<M = never>(...others: readonly Num<M>[]): NumberExpression<M>;
  /** With the name of the column it becomes. */
  as<Name extends string>(name: Name): NamedExpression<Name, number, N>;
}

export interface TextExpression<N = never>
  extends Expression<string, N>, AnyMethods<string, string, N>, TextMethods<N> {
  coalesce<M = never>(...others: readonly Str<M>[]): TextExpression<M>;
  nullIf(other: Str<unknown>): TextExpression<N | null>;
  least<M = never>(...others: readonly Str<M>[]): TextExpression<M>;
  greatest<M = never>(...others: readonly Str<M>[]): TextExpression<M>;
  as<Name extends string>(name: Name): NamedExpression<Name, string, N>;
}

export interface BooleanExpression<N = never>
  extends Expression<boolean, N>, AnyMethods<boolean, boolean, N>, BooleanMethods<N> {
  coalesce<M = never>(...others: readonly Bool<M>[]): BooleanExpression<M>;
  nullIf(other: Bool<unknown>): BooleanExpression<N | null>;
  as<Name extends string>(name: Name): NamedExpression<Name, boolean, N>;
}

/** A date or timestamp. Literals are a Date or ISO text, read in UTC. */
export interface DateExpression<N = never>
  extends Expression<Date, N>, AnyMethods<Date | string, Date, N>, DateMethods<N> {
  coalesce<M = never>(...others: readonly Operand<Date | string, Date, M>[]): DateExpression<M>;
  nullIf(other: Operand<Date | string, Date, unknown>): DateExpression<N | null>;
  least<M = never>(...others: readonly Operand<Date | string, Date, M>[]): DateExpression<M>;
  greatest<M = never>(...others: readonly Operand<Date | string, Date, M>[]): DateExpression<M>;
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
  coalesce<M = never>(...others: readonly Operand<Literal, unknown, M>[]): UntypedExpression<M>;
  nullIf(other: Operand<Literal, unknown, unknown>): UntypedExpression<N | null>;
  least<M = never>(...others: readonly Operand<Literal, unknown, M>[]): UntypedExpression<M>;
  greatest<M = never>(...others: readonly Operand<Literal, unknown, M>[]): UntypedExpression<M>;
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
