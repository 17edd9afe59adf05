/** Walking and rewriting expressions: their parts, the columns they read, conjunctions, substitution, equality. */
import { call, partsOf } from '../expr/build.js';
import type { Expr } from '../expr/expr.js';

/** The same expression with each direct part replaced; the very same object when no part changed. */
export function mapParts(expr: Expr, change: (part: Expr) => Expr): Expr {
  switch (expr.kind) {
    case 'column':
    case 'literal':
      return expr;
    case 'call': {
      const args = mapSame(expr.args, change);
      return args === expr.args ? expr : Object.freeze({ ...expr, args });
    }
    case 'cast': {
      const arg = change(expr.arg);
      return arg === expr.arg ? expr : Object.freeze({ ...expr, arg });
    }
    case 'aggregate': {
      const args = mapSame(expr.args, change);
      const where = expr.where === undefined ? undefined : change(expr.where);
      if (args === expr.args && where === expr.where) return expr;
      return Object.freeze({ ...expr, args, ...(where === undefined ? {} : { where }) });
    }
  }
}

/** `items` mapped; the very same array when nothing changed, so that rules can tell by identity whether they did. */
export function mapSame<T>(items: readonly T[], change: (item: T, index: number) => T): readonly T[] {
  let changed = false;
  const mapped = items.map((item, index) => {
    const next = change(item, index);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? Object.freeze(mapped) : items;
}

/** Rewrites from the leaves up. */
export function rewriteUp(expr: Expr, change: (expr: Expr) => Expr): Expr {
  return change(mapParts(expr, (part) => rewriteUp(part, change)));
}

/** Names of the columns that an expression reads, added to `into`. */
export function columnsOf(expr: Expr, into = new Set<string>()): Set<string> {
  if (expr.kind === 'column') into.add(expr.name);
  for (const part of partsOf(expr)) columnsOf(part, into);
  return into;
}

/** The expression with each column replaced by what `definitions` says it is; others stay. */
export function substitute(expr: Expr, definitions: ReadonlyMap<string, Expr>): Expr {
  return rewriteUp(expr, (part) => (part.kind === 'column' ? (definitions.get(part.name) ?? part) : part));
}

/** The conditions joined by `and`, left to right. */
export function conjuncts(expr: Expr): readonly Expr[] {
  if (expr.kind === 'call' && expr.fn === 'and') return expr.args.flatMap(conjuncts);
  return [expr];
}

/** Conditions joined by `and` again; undefined for none. */
export function conjunction(conditions: readonly Expr[]): Expr | undefined {
  const [first, ...rest] = conditions;
  if (first === undefined) return undefined;
  return rest.reduce<Expr>((left, right) => call('and', [left, right]), first);
}

/** True if two expressions are the same text. */
export function sameExpr(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  const left = partsOf(a);
  const right = partsOf(b);
  return (
    left.length === right.length &&
    ownFactsOf(a) === ownFactsOf(b) &&
    left.every((part, i) => sameExpr(part, right[i]!))
  );
}

/** What an expression says beyond its parts, as a text that is equal only for equal facts. */
function ownFactsOf(expr: Expr): string {
  switch (expr.kind) {
    case 'column':
      return expr.name;
    case 'literal': {
      const { value } = expr;
      const shown = value instanceof Date ? value.getTime() : Object.is(value, -0) ? '-0' : value;
      return `${value instanceof Date ? 'date' : typeof value} ${String(shown)} ${JSON.stringify(expr.type ?? null)}`;
    }
    case 'call':
      return expr.fn;
    case 'cast':
      return JSON.stringify(expr.to);
    case 'aggregate':
      return JSON.stringify([expr.fn, expr.params.map(String), expr.distinct, expr.where !== undefined]);
  }
}
