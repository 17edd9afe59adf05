/** Expressions as the TypeScript that builds them, for messages about code: `r.distance.gt(5)`. */
import { typeName } from '../data/types.js';
import type { LiteralValue } from '../data/literal.js';
import type { Expr } from './expr.js';
import { dottedName } from './row-names.js';

/** Arguments longer than this are cut. */
const LONGEST_TEXT = 40;

/**
 * The chain of calls that builds an expression, columns as properties of `row`.
 *
 * @example printBuilt(col('distance').gt(5).expr, 'r') // => 'r.distance.gt(5)'
 */
export function printBuilt(expr: Expr, row: string): string {
  switch (expr.kind) {
    case 'column':
      return dottedName(expr.name) ? `${row}.${expr.name}` : `${row}.$(${JSON.stringify(expr.name)})`;
    case 'literal':
      return `lit(${showValue(expr.value)})`;
    case 'cast':
      return `${printBuilt(expr.arg, row)}.cast('${typeName(expr.to)}')`;
    case 'aggregate':
      return `${expr.fn}(${[...expr.args.map((arg) => argument(arg, row)), ...expr.params].join(', ')})`;
    case 'call':
      return printMethod(expr.fn, expr.args, row);
  }
}

function printMethod(fn: string, args: readonly Expr[], row: string): string {
  const shown = args.map((arg) => argument(arg, row));
  const [first, ...rest] = args;
  if (first === undefined || fn === 'ifElse') return `${fn}(${shown.join(', ')})`;
  const list = rest.map((arg) => argument(arg, row)).join(', ');
  return `${printBuilt(first, row)}.${fn}(${fn === 'in' ? `[${list}]` : list})`;
}

function argument(arg: Expr, row: string): string {
  return arg.kind === 'literal' ? showValue(arg.value) : printBuilt(arg, row);
}

function showValue(value: LiteralValue): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return `new Date(${JSON.stringify(value)})`;
  if (typeof value !== 'string') return String(value);
  return `'${value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value}'`;
}
