/** What `explain` says of a plan before it runs: as written, as optimized, and what each step costs. */
import { printGrade } from './grade.js';
import type { PlanNode } from './node.js';
import { printPlan } from './print-plan.js';
import { gradeOf, gradeQuery, printQueryGrade } from './query-grade.js';

export interface Explained {
  readonly written: PlanNode;
  readonly optimized: PlanNode;
  /** Rules that changed the plan, in the order they first did. */
  readonly rules: readonly string[];
}

/** Both plans, the second with a cost grade beside each step, and the grade of the whole. */
export function explainPlan({ written, optimized, rules }: Explained): string {
  const graded = printPlan(optimized, (node) => printGrade(gradeOf(node)));
  const changed = written !== optimized;
  const parts = [
    ...(changed ? [section('plan as written', printPlan(written))] : []),
    section(changed ? `plan after ${[...new Set(rules)].join(', ')}` : 'plan, nothing to optimize', graded),
    section('cost', printQueryGrade(gradeQuery(optimized))),
  ];
  return parts.join('\n\n');
}

/** A heading and its text, indented. */
export function section(heading: string, text: string): string {
  return `${heading}\n${text.replaceAll(/^/gm, '  ')}`;
}
