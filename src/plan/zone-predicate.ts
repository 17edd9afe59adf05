/** Conditions that statistics can decide: `column compare value`, in the form that sources take them. */
import type { LiteralValue } from '../data/literal.js';
import type { ScanPredicate } from '../data/doors.js';
import type { Schema } from '../data/schema.js';
import type { Expr, Resolved } from '../expr/expr.js';
import { resolve } from '../expr/resolve.js';

type Compare = ScanPredicate['compare'];

/** Comparisons and what they become with their sides swapped. */
const swapped: ReadonlyMap<string, Compare> = new Map([
  ['eq', 'eq'],
  ['ne', 'ne'],
  ['lt', 'gt'],
  ['le', 'ge'],
  ['gt', 'lt'],
  ['ge', 'le'],
]);

/**
 * The conditions that all rows of interest to `expr` meet, as far as statistics can decide them; empty when none.
 * They are implied by `expr`, not equal to it: who uses them to skip still has to filter.
 */
export function zonePredicates(expr: Expr, schema: Schema): readonly ScanPredicate[] {
  return fromResolved(resolve(expr, schema));
}

function fromResolved(expr: Resolved): readonly ScanPredicate[] {
  if (expr.kind === 'constant') return [];
  if (expr.kind === 'column')
    return expr.type.kind === 'bool' ? [{ column: expr.name, compare: 'eq', values: [true] }] : [];
  const [first, ...rest] = expr.args;
  if (first === undefined) return [];
  switch (expr.op) {
    case 'and':
      return expr.args.flatMap(fromResolved);
    case 'not':
      return first.kind === 'column' ? [{ column: first.name, compare: 'eq', values: [false] }] : [];
    case 'isNull':
    case 'isNotNull':
      return first.kind === 'column' ? [{ column: first.name, compare: expr.op, values: [] }] : [];
    case 'in':
      // A null among the candidates never makes the test true, so the others alone decide.
      return over(first, 'in', rest, (values) => values.filter((value) => value !== null));
    case 'between':
      return [...over(first, 'ge', rest.slice(0, 1)), ...over(first, 'le', rest.slice(1))];
    case 'startsWith':
      return over(first, 'startsWith', rest);
    case 'like':
      return over(first, 'startsWith', rest, ([pattern]) => prefixOf(pattern));
    default: {
      const compare = swapped.get(expr.op);
      if (compare === undefined || rest.length !== 1) return [];
      if (first.kind === 'constant') return over(rest[0]!, compare, [first]);
      return over(first, expr.op as Compare, rest);
    }
  }
}

function over(
  column: Resolved,
  compare: Compare,
  constants: readonly Resolved[],
  choose: (values: LiteralValue[]) => LiteralValue[] = (values) => values,
): readonly ScanPredicate[] {
  if (column.kind !== 'column') return [];
  const values: LiteralValue[] = [];
  for (const constant of constants) {
    // What statistics say of NaN differs from format to format; a comparison with it is left to the filter.
    if (constant.kind !== 'constant' || Number.isNaN(constant.value)) return [];
    values.push(constant.value);
  }
  const chosen = choose(values);
  return chosen.length === 0 || chosen.includes(null)
    ? []
    : [{ column: column.name, compare, values: chosen }];
}

/** What every text that matches a LIKE pattern starts with; none for a pattern that starts with a wildcard. */
function prefixOf(pattern: LiteralValue | undefined): LiteralValue[] {
  if (typeof pattern !== 'string') return [];
  let prefix = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '%' || char === '_') break;
    if (char === '\\') i++;
    prefix += pattern[i] ?? '';
  }
  return prefix === '' ? [] : [prefix];
}
