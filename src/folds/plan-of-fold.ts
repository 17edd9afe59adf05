/** The facts about a fold and its rows that decide how it is run, and the plan that follows from them. */
import type { RunOptions } from '../exec/run-options.js';
import { machine } from '../native/process.js';
import type { PlanNode } from '../plan/node.js';
import { rowsOfScan } from '../plan/nodes/scan.js';
import { rangeableScan } from '../plan/with-rows.js';
import type { DeclaredFold } from './fold-declaration.js';
import type { FoldPlan } from './fold-plan.js';
import { planFold } from './fold-plan.js';
import type { FoldTarget } from './fold-target.js';

/** How the fold is run over the target. */
export function planOfFold(
  { plan, shards }: Pick<FoldTarget, 'plan' | 'shards'>,
  { kind, fold }: DeclaredFold,
  options: Pick<RunOptions, 'threads'> & { readonly checkpoint?: unknown },
): FoldPlan {
  const scan = rangeableScan(plan);
  const range = scan === undefined ? undefined : rowsOfScan(scan);
  return planFold({
    kind,
    combines: fold.combine !== undefined,
    commutative: fold.commutative === true,
    checkpoint: options.checkpoint !== undefined,
    shards:
      shards === undefined
        ? undefined
        : { count: shards.length, rows: shards.reduce((sum, shard) => sum + shard.rows, 0) },
    rangeable:
      scan === undefined || range === undefined
        ? undefined
        : { rows: range.end - range.first, label: scan.source.label },
    breaker: breakerOf(plan),
    threads: options.threads ?? machine().threads,
  });
}

/** The step nearest to the result that does not handle each row by itself. */
function breakerOf(plan: PlanNode): string | undefined {
  if (plan.kind === 'filter' || plan.kind === 'project') return breakerOf(plan.inputs[0]!);
  return plan.kind === 'scan' ? undefined : plan.kind;
}
