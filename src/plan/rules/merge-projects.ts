/** The rule `merge-projects`: two projections become one where nothing is computed twice; those that do nothing go. */
import { definitionsOf, countReads, isTrivial } from '../definitions.js';
import { substitute } from '../expressions.js';
import type { PlanNode, ProjectNode } from '../node.js';
import { project } from '../nodes/project.js';
import { rewritePlanUp } from '../walk.js';
import type { Rule } from './rule.js';

export const mergeProjects: Rule = {
  name: 'merge-projects',
  doc: 'joins neighbouring projections and drops those that change nothing',
  apply: (plan) =>
    rewritePlanUp(plan, (node) => {
      if (node.kind !== 'project') return node;
      const input = node.inputs[0]!;
      if (changesNothing(node, input)) return input;
      return input.kind === 'project' ? merged(node, input) : node;
    }),
};

function changesNothing(node: ProjectNode, input: PlanNode): boolean {
  return (
    node.columns.length === input.schema.length &&
    node.columns.every(
      ({ name, expr }, i) => expr.kind === 'column' && expr.name === name && input.schema.indexOf(name) === i,
    )
  );
}

function merged(upper: ProjectNode, lower: ProjectNode): PlanNode {
  const reads = countReads(upper.columns.map((column) => column.expr));
  const once = lower.columns.every(({ name, expr }) => isTrivial(expr) || (reads.get(name) ?? 0) <= 1);
  if (!once) return upper;
  const definitions = definitionsOf(lower);
  return project(
    lower.inputs[0]!,
    upper.columns.map(({ name, expr }) => ({ name, expr: substitute(expr, definitions) })),
  );
}
