/** Expressions as people read them in a plan: infix, with as few parentheses as the meaning allows. */
import type { LiteralValue } from '../data/literal.js';
import type { DataType } from '../data/types.js';
import { typeName } from '../data/types.js';
import type { AggregateExpr, CallExpr, Expr } from './expr.js';
import { scalarFunction } from './functions/index.js';
import { formatIsoDate, formatIsoTimestamp } from './iso-time.js';

/** How strongly an operator binds; calls and names bind strongest. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['not', 3],
  ...['=', '<>', '<', '<=', '>', '>=', 'like', 'in', 'is', 'between'].map((symbol) => [symbol, 4] as const),
  ['+', 5],
  ['-', 5],
  ...['*', '/', '//', '%'].map((symbol) => [symbol, 6] as const),
]);
const TIGHTEST = 8;
const UNARY = 7;
const WORD = /^[\p{L}_][\p{L}\p{N}_.]*$/u;
const RESERVED = new Set([
  'and',
  'or',
  'not',
  'like',
  'in',
  'is',
  'between',
  'null',
  'true',
  'false',
  'where',
  'distinct',
]);

interface Printed {
  readonly text: string;
  readonly binds: number;
}

/** Levels of nesting that are shown; what lies deeper is an ellipsis. */
const DEEPEST_SHOWN = 40;

/**
 * Text of an expression: `distance > 500 and origin = 'SFO'`.
 *
 * @example printExpr(col('a').add(1).mul(2).expr) // => '(a + 1) * 2'
 */
export function printExpr(expr: Expr): string {
  return print(expr, DEEPEST_SHOWN).text;
}

/** A column's name, in double quotes unless it is a plain word. */
export function printName(name: string): string {
  return WORD.test(name) && !RESERVED.has(name.toLowerCase()) ? name : JSON.stringify(name);
}

/** A value as expressions show it; dates and timestamps of a fixed type from days or ticks, too. */
export function printLiteral(value: LiteralValue, type?: DataType): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''").replaceAll('\n', '\\n')}'`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : printMoment(value);
  if (type?.kind === 'date') return formatIsoDate(Number(value));
  if (type?.kind === 'timestamp') return formatIsoTimestamp(BigInt(value), type.unit);
  return Object.is(value, -0) ? '-0' : String(value);
}

function printMoment(value: Date): string {
  return formatIsoTimestamp(BigInt(value.getTime()), 'ms').replace(/ 00:00:00$/, '');
}

function print(expr: Expr, levels: number): Printed {
  if (levels === 0 && expr.kind !== 'column' && expr.kind !== 'literal') return tight('…');
  switch (expr.kind) {
    case 'column':
      return tight(printName(expr.name));
    case 'literal':
      return printNumberAware(printLiteral(expr.value, expr.type));
    case 'cast':
      return tight(`cast(${print(expr.arg, levels - 1).text} as ${typeName(expr.to)})`);
    case 'aggregate':
      return tight(printAggregate(expr, levels - 1));
    case 'call':
      return printCall(expr, levels - 1);
  }
}

const tight = (text: string): Printed => ({ text, binds: TIGHTEST });

/** A negative number binds as its minus does: `2 - (-1)`. */
function printNumberAware(text: string): Printed {
  return { text, binds: text.startsWith('-') ? UNARY : TIGHTEST };
}

function printAggregate(expr: AggregateExpr, levels: number): string {
  const inner = [...expr.args.map((arg) => print(arg, levels).text), ...expr.params.map(String)].join(', ');
  const where = expr.where === undefined ? '' : ` where ${print(expr.where, levels).text}`;
  return `${expr.fn}(${expr.distinct ? 'distinct ' : ''}${inner}${where})`;
}

/** Calls that have a form of their own. */
const FORMS: ReadonlyMap<string, (args: readonly Expr[], levels: number) => Printed> = new Map([
  ['neg', ([arg], levels) => ({ text: `-${within(arg, TIGHTEST, levels)}`, binds: UNARY })],
  ['not', ([arg], levels) => ({ text: `not ${within(arg, 3, levels)}`, binds: 3 })],
  ['isNull', ([arg], levels) => ({ text: `${within(arg, 5, levels)} is null`, binds: 4 })],
  ['isNotNull', ([arg], levels) => ({ text: `${within(arg, 5, levels)} is not null`, binds: 4 })],
  [
    'in',
    ([arg, ...list], levels) => ({
      text: `${within(arg, 5, levels)} in (${printList(list, levels)})`,
      binds: 4,
    }),
  ],
  [
    'between',
    ([arg, low, high], levels) => ({
      text: `${within(arg, 5, levels)} between ${within(low, 5, levels)} and ${within(high, 5, levels)}`,
      binds: 4,
    }),
  ],
] satisfies [string, (args: readonly Expr[], levels: number) => Printed][]);

/** Values shown of a long list. */
const SHOWN_VALUES = 12;

function printList(list: readonly Expr[], levels: number): string {
  const shown = list
    .slice(0, SHOWN_VALUES)
    .map((value) => print(value, levels).text)
    .join(', ');
  const more = list.length - SHOWN_VALUES;
  return more > 0 ? `${shown}, … ${more.toLocaleString('en-US')} more` : shown;
}

function within(expr: Expr | undefined, least: number, levels: number): string {
  if (expr === undefined) return '?';
  const { text, binds } = print(expr, levels);
  return binds < least ? `(${text})` : text;
}

function printCall(expr: CallExpr, levels: number): Printed {
  const form = FORMS.get(expr.fn);
  if (form !== undefined) return form(expr.args, levels);
  const symbol = scalarFunction(expr.fn)?.infix;
  const binds = symbol === undefined ? undefined : PRECEDENCE.get(symbol);
  if (symbol === undefined || binds === undefined || expr.args.length < 2)
    return tight(`${expr.fn}(${expr.args.map((arg) => print(arg, levels).text).join(', ')})`);
  // Left to right; a comparison does not continue one, and what stands right of `-` or `/` needs its parentheses.
  const associative = symbol === 'and' || symbol === 'or' || symbol === '+' || symbol === '*';
  const parts = expr.args.map((arg, i) => {
    const equalAllowed = i === 0 ? binds !== 4 : associative && isSame(arg, expr.fn);
    return within(arg, equalAllowed ? binds : binds + 1, levels);
  });
  return { text: parts.join(` ${symbol} `), binds };
}

/** Only logic may be regrouped without changing the result; sums of floats and overflow depend on the grouping. */
function isSame(arg: Expr, fn: string): boolean {
  return arg.kind === 'call' && arg.fn === fn && (fn === 'and' || fn === 'or');
}
