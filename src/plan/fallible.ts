/** Which resolved operations can raise a data error, so that no rewrite runs them on rows they were guarded from. */
import type { Resolved } from '../expr/expr.js';
import { isFloat, isInteger } from '../data/types.js';
import type { DataType } from '../data/types.js';

const CHECKED_ON_INTEGERS: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'mul',
  'neg',
  'abs',
  'idiv',
  'mod',
  'round',
  'shiftLeft',
  'shiftRight',
]);

/** Bits of an integer type and whether it has a sign. */
function range(type: DataType): { bits: number; signed: boolean } {
  return { bits: Number(/\d+$/.exec(type.kind)?.[0] ?? 0), signed: type.kind.startsWith('int') };
}

function castCanFail(from: DataType, to: DataType, params: readonly number[]): boolean {
  if (to.kind === 'utf8' || from.kind === 'bool') return false;
  if (isInteger(from) && isInteger(to)) {
    const a = range(from);
    const b = range(to);
    return !(a.signed === b.signed ? b.bits >= a.bits : b.signed && b.bits > a.bits);
  }
  if (isInteger(from) && isFloat(to))
    return params[0] !== -1 && range(from).bits > (to.kind === 'float64' ? 32 : 16);
  if (isFloat(from) && isFloat(to)) return false;
  return !(from.kind === 'timestamp' && to.kind === 'date');
}

/** True if the operation itself, given operands that are there, may raise an error. All such ones give null for null. */
export function failsItself(expr: Resolved): boolean {
  if (expr.kind !== 'operation') return false;
  const from = expr.args[0]?.type;
  if (expr.op === 'cast') return from === undefined || castCanFail(from, expr.type, expr.params);
  return CHECKED_ON_INTEGERS.has(expr.op) && isInteger(expr.type);
}

/** True if evaluating the expression on some row may raise a `data` error (overflow, a cast that does not fit). */
export function canFail(expr: Resolved): boolean {
  return expr.kind === 'operation' && (failsItself(expr) || expr.args.some(canFail));
}
