/** Aggregates as users write them (`sum(a) / n()`) turned into an aggregate node and a projection over it. */
import { EngineError } from '../base/engine-error.js';
import { aggregate as aggregateExpr, column, partsOf } from '../expr/build.js';
import type { Expr } from '../expr/expr.js';
import { printExpr } from '../expr/print-expr.js';
import { mapParts, sameExpr } from './expressions.js';
import type { NamedExpr, PlanNode } from './node.js';
import { aggregate } from './nodes/aggregate.js';
import { project } from './nodes/project.js';

/**
 * One row per group of `input`, each entry an expression of aggregates, keys and literals. Aggregates alone become one
 * node; anything more becomes a projection over an aggregate that computes each different aggregate once.
 *
 * @throws EngineError `plan` for a column that is neither a key nor inside an aggregate, and all that `aggregate` throws
 */
export function summarise(input: PlanNode, keys: readonly string[], entries: readonly NamedExpr[]): PlanNode {
  if (entries.every(({ expr }) => expr.kind === 'aggregate')) return aggregate(input, keys, entries);
  const taken = new Set([...keys, ...entries.map((entry) => entry.name)]);
  const computed: NamedExpr[] = [];

  const columnFor = (name: string, expr: Expr): Expr => {
    const known = computed.find((entry) => sameExpr(entry.expr, expr));
    if (known !== undefined) return column(known.name);
    let free = name;
    for (let i = 1; taken.has(free); i++) free = `${name} ${i}`;
    taken.add(free);
    computed.push({ name: free, expr });
    return column(free);
  };
  const overAggregates = (entry: NamedExpr, expr: Expr): Expr => {
    if (expr.kind === 'aggregate') return columnFor(printExpr(expr), expr);
    if (expr.kind === 'column' && !keys.includes(expr.name)) {
      throw new EngineError(
        'plan',
        `${JSON.stringify(entry.name)} uses the column ${JSON.stringify(expr.name)} outside an aggregate; ` +
          `wrap it, as in first(${JSON.stringify(expr.name)}), or group by it`,
        { detail: { column: expr.name } },
      );
    }
    return partsOf(expr).length === 0 ? expr : mapParts(expr, (part) => overAggregates(entry, part));
  };

  const outputs = entries.map((entry) => ({ name: entry.name, expr: overAggregates(entry, entry.expr) }));
  // Literals alone still need a row per group to stand in: the keys, or the count of the only group.
  if (keys.length + computed.length === 0) columnFor('n()', aggregateExpr('n', []));
  const grouped = aggregate(input, keys, computed);
  return project(grouped, [...keys.map((name) => ({ name, expr: column(name) })), ...outputs]);
}
