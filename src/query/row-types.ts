/** How the row type follows through the verbs: what may be given, and what comes out, one flat mapped type each. */
import type { Columns } from '../expr/row.js';
import type {
  Expression,
  LikeColumn,
  Literal,
  NamedExpression,
  NamesColumn,
  NullOf,
  NullsOf,
  OfColumn,
  Ordering,
  ValueOf,
  WhenEmpty,
} from '../expr/typed-expression.js';

/** The row of a query whose columns only the file knows. */
export type UntypedRow = Record<string, unknown>;

/** A column's name. */
export type Name<Row> = keyof Row & string;

type From<Row, Result> = Result | ((row: Columns<Row>) => Result);

/** What `filter` takes: a condition on a row. */
export type Condition<Row> = From<Row, Expression<boolean, null>>;

/** The value of a new column: an expression of the row, or a literal. */
export type RowValue<Row> = From<Row, Literal | Expression<unknown, null>>;

/** New columns by name. */
export type RowEntries<Row> = Readonly<Record<string, RowValue<Row>>>;

/** New columns as pairs or named expressions, for names that look like integers or are computed. */
export type RowPairs<Row> = Iterable<
  readonly [name: string, value: RowValue<Row>] | From<Row, NamedExpression<string, unknown, null>>
>;

/** When an aggregate of these rows may be null. */
type AggregateNulls<Row> =
  | null
  | WhenEmpty
  | {
      [K in Name<Row>]:
        OfColumn<K, unknown extends Row[K] ? never : NonNullable<Row[K]>> | LikeColumn<K> | NamesColumn<K>;
    }[Name<Row>];

/** The value of a column of `summarise`: an expression of aggregates. */
export type GroupValue<Row> = From<Row, Literal | Expression<unknown, AggregateNulls<Row>>>;

/** The columns of `summarise` by name. */
export type GroupEntries<Row> = Readonly<Record<string, GroupValue<Row>>>;

/** The columns of `summarise` as pairs or named expressions. */
export type GroupPairs<Row> = Iterable<
  | readonly [name: string, value: GroupValue<Row>]
  | From<Row, NamedExpression<string, unknown, AggregateNulls<Row>>>
>;

/** What `arrange` and the slices order by. */
export type SortKey<Row> = Name<Row> | From<Row, Ordering<Name<Row>> | Expression<unknown, null>>;

/** The expression or literal that an entry gives. */
type Given<E> = E extends (...args: never) => infer R ? R : E;

type WithNull<V, N> = [V] extends [never] ? unknown : V | N;

/** The values of a column made from a row. */
export type RowResult<E> = WithNull<ValueOf<Given<E>>, NullsOf<Given<E>>>;

/** When a column of aggregates is null, given the rows and whether there are groups. */
type GroupNulls<N, Row, Grouped> = N extends null
  ? null
  : N extends WhenEmpty
    ? Grouped extends true
      ? never
      : null
    : N extends OfColumn<infer C, never> | LikeColumn<infer C>
      ? C extends keyof Row
        ? NullOf<Row[C]>
        : null
      : never;

type ColumnValue<N, Row> =
  N extends LikeColumn<infer C> ? (C extends keyof Row ? NonNullable<Row[C]> : unknown) : never;

type GroupOutcome<B, Row, Grouped> =
  NullsOf<B> extends infer N
    ? [ValueOf<B>] extends [never]
      ? WithNull<ColumnValue<N, Row>, GroupNulls<N, Row, Grouped>>
      : ValueOf<B> | GroupNulls<N, Row, Grouped>
    : never;

/** The values of a column made from a group of rows. */
export type GroupResult<E, Row, Grouped> = GroupOutcome<Given<E>, Row, Grouped>;

type PairName<P> = P extends readonly [infer Key extends string, unknown]
  ? Key
  : Given<P> extends NamedExpression<infer Key>
    ? Key
    : never;

type PairValue<P, Key> = P extends readonly [Key, infer E]
  ? E
  : Given<P> extends NamedExpression<infer Given, infer V, infer N>
    ? Given extends Key
      ? Expression<V, N>
      : never
    : never;

/** The names that entries or pairs give. */
export type EntryName<X> = X extends Iterable<infer P> ? PairName<P> : keyof X;

/** What the entry or pair of this name gives. */
export type EntryValue<X, K> =
  X extends Iterable<infer P> ? PairValue<P, K> : K extends keyof X ? X[K] : never;

/** True if there are group keys. */
export type IsGrouped<Groups> = [Groups] extends [never] ? false : true;

type OutNumber<O> = O extends { readonly int64: 'bigint' }
  ? number | bigint
  : O extends { readonly int64: 'string' }
    ? number | string
    : number;
type OutBigint<O> = O extends { readonly int64: 'bigint' }
  ? bigint
  : O extends { readonly int64: 'string' }
    ? string
    : number;
type OutDate<O> = O extends { readonly dates: 'bigint' }
  ? bigint
  : O extends { readonly dates: 'string' }
    ? string
    : Date;
type OutValue<T, O> = T extends number
  ? OutNumber<O>
  : T extends bigint
    ? OutBigint<O>
    : T extends Date
      ? OutDate<O>
      : T;

/** The row as JavaScript gets it: integers may have become bigint or text, dates bigint or text, as the options say. */
export type OutRow<Row, O> = { [K in keyof Row]: unknown extends Row[K] ? unknown : OutValue<Row[K], O> };

/** The row without options: as declared, but for bigint, which comes as a number. */
export type PlainRow<Row> = bigint extends Row[keyof Row] ? OutRow<Row, object> : Row;
