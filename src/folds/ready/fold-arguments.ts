/** What ready folds take: names of columns, expressions, records of them, options; read and checked in one way. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import { column, containsAggregate } from '../../expr/build.js';
import type { Expr } from '../../expr/expr.js';
import { ExpressionObject, NamedObject } from '../../expr/expression.js';
import { printExpr } from '../../expr/print-expr.js';
import type { Expression } from '../../expr/typed-expression.js';

/** A column by its name, or an expression: `'delay'`, `col('delay').div(60)`. */
export type FoldArgument = string | Expression;

/** The names of columns among arguments: what the compiler can check against a query. */
export type NamesOf<A> = A extends string ? A : never;

/** How the results of arguments are called: by the column's name, or by the expression's text. */
export type KeysOf<A extends readonly FoldArgument[]> = {
  [I in keyof A]: A[I] extends string ? A[I] : string;
}[number];

/** Arguments by the names of their results. */
export type FoldRecord = Readonly<Record<string, FoldArgument>>;

/** An argument with the name of its result. */
export interface NamedArgument {
  readonly name: string;
  readonly expr: Expr;
}

/**
 * An argument as an expression.
 *
 * @param where what takes it: `folds.sums`
 * @throws EngineError `argument` for anything but a name or an expression of rows
 */
export function argumentOf(value: unknown, where: string): Expr {
  if (typeof value === 'string') return column(value);
  if (value instanceof ExpressionObject) {
    if (!containsAggregate(value.expr)) return value.expr;
    throw new EngineError(
      'argument',
      `${where} takes expressions of rows; ${printExpr(value.expr)} is an aggregate`,
    );
  }
  throw new EngineError(
    'argument',
    `${where} takes names of columns and expressions, not ${describe(value)}`,
  );
}

function describe(value: unknown): string {
  if (typeof value === 'function') return "a function; write col('x') for a column in an expression";
  if (value instanceof NamedObject) return `an expression named by .as(); write { ${value.name}: … }`;
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/** Several arguments, or one list of them. */
export function argumentsOf(values: readonly unknown[], where: string): readonly Expr[] {
  return values.map((value) => argumentOf(value, where));
}

/** One argument, or a list: `x: 'a'` and `x: ['a', 'b']`. */
export function argumentList(value: unknown, where: string): readonly Expr[] {
  return argumentsOf(Array.isArray(value) ? value : [value], where);
}

/** True for `{ … }`: a record or options, not an expression. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || value instanceof ExpressionObject) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * `('a', col('b').mul(2), options?)` or `({ total: 'a' }, options?)`: the arguments with the names of their results, and
 * the options.
 *
 * @throws EngineError `argument` for none, for two of one name, for anything else
 */
export function namedArguments(
  values: readonly unknown[],
  where: string,
): { readonly named: readonly NamedArgument[]; readonly options: unknown } {
  const [first, ...rest] = values;
  if (isRecord(first)) {
    if (rest.length > 1)
      throw new EngineError('argument', `${where} takes one record of columns, and then its options`);
    const named = Object.entries(first).map(([name, value]) => ({
      name,
      expr: argumentOf(value, `${where} ${JSON.stringify(name)}`),
    }));
    return { named: checkNames(named, where), options: rest[0] };
  }
  const last = values.at(-1);
  const options = values.length > 1 && isRecord(last) ? last : undefined;
  const given = options === undefined ? values : values.slice(0, -1);
  const named = argumentsOf(given, where).map((expr) => ({ name: nameOf(expr), expr }));
  return { named: checkNames(named, where), options };
}

/** What an expression's result is called: the column's name, or the text of the expression. */
export function nameOf(expr: Expr): string {
  return expr.kind === 'column' ? expr.name : printExpr(expr);
}

function checkNames(named: readonly NamedArgument[], where: string): readonly NamedArgument[] {
  if (named.length === 0) throw new EngineError('argument', `${where} takes at least one column`);
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.size === seen.add(name).size)
      throw new EngineError('argument', `${where} would give two results named ${JSON.stringify(name)}`);
  }
  return named;
}

/**
 * The options of a ready fold, with nothing in them that it does not know.
 *
 * @throws EngineError `argument` with near names
 */
export function foldOptions(
  value: unknown,
  known: readonly string[],
  where: string,
): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (!isRecord(value))
    throw new EngineError('argument', `the options of ${where} are an object: { ${known.join(', ')} }`);
  for (const name of Object.keys(value)) {
    if (!known.includes(name))
      throw new EngineError(
        'argument',
        `${where} has no option ${JSON.stringify(name)}${didYouMean(name, known, 'options')}`,
      );
  }
  return value;
}

/** A whole number among the options; `fallback` where it was not given. */
export function wholeOption(
  options: Readonly<Record<string, unknown>>,
  name: string,
  limits: {
    readonly least: number;
    readonly most: number;
    readonly fallback: number;
    readonly where: string;
  },
): number {
  const value = options[name];
  if (value === undefined) return limits.fallback;
  return checkWhole(`${name} of ${limits.where}`, value, limits.least, limits.most);
}

/** `a, b * 2`: arguments as labels show them. */
export function printArguments(exprs: readonly Expr[]): string {
  return exprs.map(printExpr).join(', ');
}
