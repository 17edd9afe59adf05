/** The columns of a projection as definitions to put in place of their names, without changing what they mean. */
import { partsOf } from '../expr/build.js';
import type { Expr } from '../expr/expr.js';
import { columnsOf } from './expressions.js';
import type { ProjectNode } from './node.js';

/** Past this many parts a substituted expression costs more to plan than it can save. */
const LARGEST = 500;

/** Name → expression over the projection's input. A bare literal gets its type: elsewhere it might adapt to another. */
export function definitionsOf(node: ProjectNode): ReadonlyMap<string, Expr> {
  return new Map(
    node.columns.map(({ name, expr }, i) => {
      if (expr.kind !== 'literal' || expr.type !== undefined) return [name, expr];
      return [name, Object.freeze({ ...expr, type: node.schema.fields[i]!.type })];
    }),
  );
}

/** True for what costs nothing to repeat: columns and literals. */
export function isTrivial(expr: Expr): boolean {
  return expr.kind === 'column' || expr.kind === 'literal';
}

/** How often each column is read by the expressions together. */
export function countReads(exprs: readonly Expr[]): ReadonlyMap<string, number> {
  const reads = new Map<string, number>();
  const visit = (expr: Expr): void => {
    if (expr.kind === 'column') reads.set(expr.name, (reads.get(expr.name) ?? 0) + 1);
    partsOf(expr).forEach(visit);
  };
  exprs.forEach(visit);
  return reads;
}

/** False if substituting would make the expression too large to be worth it. */
export function worthSubstituting(expr: Expr, definitions: ReadonlyMap<string, Expr>): boolean {
  let parts = 0;
  const count = (part: Expr, within: ReadonlyMap<string, Expr> | undefined): void => {
    if (++parts > LARGEST) return;
    const definition = part.kind === 'column' ? within?.get(part.name) : undefined;
    if (definition !== undefined) count(definition, undefined);
    else for (const child of partsOf(part)) count(child, within);
  };
  count(expr, definitions);
  return parts <= LARGEST;
}

/** True if the expression reads nothing but these columns. */
export function readsOnly(expr: Expr, names: readonly string[]): boolean {
  for (const name of columnsOf(expr)) if (!names.includes(name)) return false;
  return true;
}
