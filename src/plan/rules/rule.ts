/** What an optimizer rule is: a named rewrite of whole plans that keeps rows, their order and their columns. */
import type { Evaluator } from '../../data/doors.js';
import type { PlanNode } from '../node.js';

export interface RuleContext {
  readonly evaluator: Evaluator | undefined;
}

export interface Rule {
  /** How it is switched off and named in errors: `push-filter`. */
  readonly name: string;
  /** What it does, in one line. */
  readonly doc: string;
  /** The rewritten plan; the very same object when there is nothing to do. */
  apply(plan: PlanNode, context: RuleContext): PlanNode;
}
