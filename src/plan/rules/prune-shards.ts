/** The rule `prune-shards`: conditions on the key of a sharded source become conditions on the shard's number. */
import { call, column, literal } from '../../expr/build.js';
import type { Expr } from '../../expr/expr.js';
import type { ScanPredicate } from '../../data/doors.js';
import { sameExpr } from '../expressions.js';
import { impliedBy } from '../implied.js';
import type { PlanNode, ScanNode } from '../node.js';
import { project } from '../nodes/project.js';
import { scan } from '../nodes/scan.js';
import { rewritePlanUp } from '../walk.js';
import type { Rule } from './rule.js';

export const pruneShards: Rule = {
  name: 'prune-shards',
  doc: 'skips the shards that no condition on the key can meet',
  apply: (plan) => rewritePlanUp(plan, (node) => (node.kind === 'scan' ? pruned(node) : node)),
};

function pruned(node: ScanNode): PlanNode {
  const implied = impliedBy(node);
  if (implied === undefined) return node;
  const condition = expressionOf(implied.predicate);
  if (node.predicates.some((known) => sameExpr(known, condition))) return node;
  const { column: name } = implied.predicate;
  const predicates = [...node.predicates, condition];
  if (node.columns.includes(name)) return scan(node.source, node.columns, predicates, node.rows);
  // Only what is read can be tested, so the number is read along and left out again.
  return project(
    scan(node.source, [...node.columns, name], predicates, node.rows),
    node.columns.map((kept) => ({ name: kept, expr: column(kept) })),
  );
}

function expressionOf({ column: name, compare, values }: ScanPredicate): Expr {
  return call(compare, [column(name), ...values.map((value) => literal(value))]);
}
