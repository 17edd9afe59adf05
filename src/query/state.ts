/** What a query holds: its plan, its group keys, and what runs it. */
import type { PlanNode } from '../plan/node.js';
import type { Engine } from './engine.js';

export interface QueryState {
  readonly plan: PlanNode;
  /** Group keys in the order given; none if not grouped. */
  readonly groups: readonly string[];
  readonly engine: Engine;
}

/** The state after a verb that leaves the grouping alone. */
export function withPlan(state: QueryState, plan: PlanNode): QueryState {
  return plan === state.plan ? state : { ...state, plan };
}

/** The state after a verb that ends the grouping. */
export function ungrouped(state: QueryState, plan: PlanNode = state.plan): QueryState {
  return { ...state, plan, groups: [] };
}
