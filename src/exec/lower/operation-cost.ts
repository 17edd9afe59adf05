/** Rough costs of operations per row, good enough to tell which condition to test first. */
import type { Resolved } from '../../expr/expr.js';

const COSTS: ReadonlyMap<string, number> = new Map([
  ['like', 30],
  ['contains', 25],
  ['lower', 40],
  ['upper', 40],
  ['trim', 15],
  ['substr', 15],
  ['concat', 40],
  ['dateTrunc', 6],
  ['year', 6],
  ['quarter', 6],
  ['month', 6],
  ['day', 6],
  ['pow', 15],
  ['idiv', 4],
  ['mod', 4],
]);

const TEXT_COST = 8;
const TRANSCENDENTAL = /^(?:exp|ln|log2|log10|a?(?:sin|cos|tan)h?|atan2|hypot|cbrt)$/;

/** About nanoseconds times four per row, of the expression with all its parts. */
export function costOf(expr: Resolved): number {
  if (expr.kind !== 'operation') return expr.type.kind === 'utf8' ? TEXT_COST / 2 : 0;
  const parts = expr.args.reduce((sum, arg) => sum + costOf(arg), 0);
  const own = COSTS.get(expr.op) ?? (TRANSCENDENTAL.test(expr.op) ? 10 : 1);
  const castOfText = expr.op === 'cast' && (expr.type.kind === 'utf8' || expr.args[0]?.type.kind === 'utf8');
  return parts + (castOfText ? 60 : own);
}
