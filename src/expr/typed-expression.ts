/** What the compiler knows of an expression: the value it gives, and when it gives null. No run-time content. */

/** Holds an expression's types; no such property exists at run time. */
export declare const meaning: unique symbol;

/**
 * An expression whose values are `V`, null as `N` says: `never` for never, `null`, and inside `summarise` also the marks
 * below.
 *
 * @example const late = (row: { delay: Expression<number> }): Expression<number> => row.delay;
 */
export interface Expression<out V = unknown, out N = unknown> {
  readonly [meaning]: { readonly value: V; readonly nulls: N };
  /** The expression as text: `delay > 15`. */
  toString(): string;
}

/** Null if the aggregate gets no rows, which only happens without grouping. */
export interface WhenEmpty {
  readonly mark: 'when empty';
}

/** Null if the column `C` is; that column must have values that `V` takes in. */
export interface OfColumn<out C extends string, in V> {
  readonly mark: 'column';
  readonly column: C;
  readonly takes: (value: V) => void;
}

/** As `OfColumn`, and the values are of the column's own type. */
export interface LikeColumn<out C extends string> {
  readonly mark: 'like column';
  readonly column: C;
}

/** Never null; names a column that must be there. */
export interface NamesColumn<out C extends string> {
  readonly mark: 'names column';
  readonly column: C;
}

/** The part of a column's type that is null; a missing property counts as null. */
export type NullOf<T> = null extends T ? null : undefined extends T ? null : never;

/** What may be written where values of `V` are wanted: a literal or an expression. */
export type Operand<L, V> = L | Expression<V>;

/** A value that can be written in an expression. */
export type Literal = string | number | bigint | boolean | Date | null;

/** What may stand where values are chosen from. */
export type Branch = Literal | Expression;

/** The values of a branch: of an expression, or of a literal's own type. */
export type ValueOf<B> =
  B extends Expression<infer V>
    ? V
    : B extends number | bigint
      ? number
      : B extends string
        ? string
        : B extends boolean
          ? boolean
          : B extends Date
            ? Date
            : never;

/** When a branch is null; where that is not known, it may be. */
export type NullsOf<B> =
  B extends Expression<unknown, infer N> ? (unknown extends N ? null : N) : B extends null ? null : never;

/** Null only if every one of them may be null, and what stands before them is `N`. */
export type NullsOfAll<T extends readonly Branch[], N = null> = [N] extends [never]
  ? never
  : true extends { readonly [I in keyof T]: [NullsOf<T[I]>] extends [never] ? true : false }[number]
    ? never
    : NullsOf<T[number]>;

/** An expression with the name of the column it becomes. */
export interface NamedExpression<out Name extends string = string, out V = unknown, out N = unknown> {
  readonly name: Name;
  readonly [meaning]: { readonly named: true; readonly value: V; readonly nulls: N };
}

/** A sort key: an expression and its direction, nulls last in both. */
export interface Ordering<out Column extends string = string> {
  readonly descending: boolean;
  readonly [meaning]: { readonly orders: true; readonly column: Column };
}
