/** Ranges of rows: which plans can be run over a part of their source's rows, and the plan that does. */
import { assert } from '../base/assert.js';
import type { RowRange } from '../data/doors.js';
import type { PlanNode, ScanNode } from './node.js';
import { rowsOfScan, scan } from './nodes/scan.js';
import { rewritePlanUp } from './walk.js';

/**
 * The only scan of a plan that handles each row by itself (scan, filter, project), when its source can be read in ranges
 * and knows its rows: the plan over ranges that split the source gives the plan's rows, in order, in parts.
 */
export function rangeableScan(plan: PlanNode): ScanNode | undefined {
  if (plan.kind === 'filter' || plan.kind === 'project') return rangeableScan(plan.inputs[0]!);
  if (plan.kind !== 'scan' || plan.source.rangeable === undefined) return undefined;
  return plan.source.rows === undefined ? undefined : plan;
}

/** A plan that `rangeableScan` accepts, over only those of its rows whose place in the source is in the range. */
export function withRows(plan: PlanNode, range: RowRange): PlanNode {
  assert(rangeableScan(plan) !== undefined, 'that only plans with a rangeable scan are cut into ranges');
  return rewritePlanUp(plan, (node) => (node.kind === 'scan' ? withRange(node, range) : node));
}

function withRange(node: ScanNode, range: RowRange): ScanNode {
  const all = rowsOfScan(node) ?? range;
  const end = Math.max(all.first, Math.min(range.end, all.end));
  const rows = Object.freeze({ first: Math.min(Math.max(range.first, all.first), end), end });
  return scan(node.source, node.columns, node.predicates, rows);
}
