/** What the compiler knows of the rows a model is fitted to, and of the columns that can be its terms. */
import type { Table } from '../../data/table.js';
import type { ColumnInput } from '../../data/import-rows.js';
import type { Expression } from '../../expr/typed-expression.js';
import type { ResettableFeeder } from '../feeder.js';

type RowChunk<Row extends object> = Table<Row> | readonly Row[];

/** Columns by name. */
export type ColumnsChunk = Readonly<Record<string, ColumnInput>>;

/** Rows whose type is known: a Query, or a feeder of tables or rows. */
export type RowSource<Row extends object> =
  | AsyncIterable<RowChunk<Row>>
  | Iterable<RowChunk<Row>>
  | RowChunk<Row>
  | ResettableFeeder<Row>
  | (() =>
      | AsyncIterable<RowChunk<Row>>
      | Iterable<RowChunk<Row>>
      | Promise<AsyncIterable<RowChunk<Row>> | Iterable<RowChunk<Row>>>);

/** Shards, of which the union is taken. */
export interface ShardSource<Row extends object> {
  query(): AsyncIterable<Table<Row>>;
}

/** Columns in memory, or a feeder of such. */
export type ColumnsSource<C extends ColumnsChunk> =
  C | Iterable<C> | AsyncIterable<C> | (() => Iterable<C> | AsyncIterable<C>);

/** The row that columns make, as far as terms need to know it. */
export type RowOfChunk<C> = { [K in keyof C]: number };

/** Names of the columns that hold numbers or booleans; all of them where the row's type is not known. */
export type NumberName<Row> = {
  [K in keyof Row & string]: NonNullable<Row[K]> extends number | bigint | boolean
    ? K
    : unknown extends Row[K]
      ? K
      : never;
}[keyof Row & string];

/** One variable of a model: a column, or an expression of columns. */
export type Variable<Row> = NumberName<Row> | Expression;

/** The terms of a model: variables, one, many, or by the names they are to have. */
export type Terms<Row> = Variable<Row> | readonly Variable<Row>[] | Readonly<Record<string, Variable<Row>>>;

/** The names of a model's coefficients. */
export type CoefficientName<X, Intercept extends boolean> =
  (Intercept extends false ? never : '(Intercept)') | ([X] extends [never] ? never : TermName<X>);

type TermName<X> = X extends string
  ? X
  : X extends Expression
    ? string
    : X extends readonly (infer V)[]
      ? V extends string
        ? V
        : string
      : keyof X & string;
