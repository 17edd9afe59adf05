/** One rule run to its end over a plan, as the text of the plan before and after. */
import type { Evaluator } from '../../../src/data/doors.js';
import type { PlanNode } from '../../../src/plan/node.js';
import { optimize } from '../../../src/plan/optimize.js';
import { printPlan } from '../../../src/plan/print-plan.js';
import type { Rule } from '../../../src/plan/rules/rule.js';

export function after(rule: Rule, plan: PlanNode, evaluator?: Evaluator): string {
  const optimized = optimize(plan, { rules: [rule], evaluator });
  return optimized === plan ? 'unchanged' : `\n${printPlan(optimized)}\n`;
}
