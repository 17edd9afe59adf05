/** What a node kind tells about itself: how it is rebuilt, what it evaluates, how it is shown and what it costs. */
import type { Expr } from '../../expr/expr.js';
import type { Grade } from '../grade.js';
import type { PlanKind, PlanNode } from '../node.js';

export type NodeOf<K extends PlanKind> = Extract<PlanNode, { readonly kind: K }>;

/** The one place where a kind of node is known to the plan. Methods get nodes of their own kind only. */
export interface NodeDefinition<N extends PlanNode = PlanNode> {
  readonly kind: N['kind'];
  /** The same step over other inputs; checks its arguments and derives the schema anew. */
  withInputs(node: N, inputs: readonly PlanNode[]): PlanNode;
  /** The same step with each expression rewritten; the very same object when none changed. */
  mapExpressions(node: N, change: (expr: Expr) => Expr): PlanNode;
  /** What follows the kind on the node's line of a plan: `by origin: flights = n()`. */
  describe(node: N): string;
  /** What the step costs, for `explain`. */
  grade(node: N): Grade;
}
