/** Which plans number their rows alike, so that a row of one can be known in the other. */
import type { PlanNode, ScanNode } from './node.js';

/**
 * True for steps that handle each row by itself over a source whose rows keep their numbers: a row's number is its place
 * in the file, whatever was filtered or skipped.
 */
export function keepsNumbers(plan: PlanNode): boolean {
  return numberedBy(plan) !== undefined;
}

/** The same, and counted from the first row of the whole source: a number is a row's place in the file. */
export function keepsPlaces(plan: PlanNode): boolean {
  const scanned = numberedBy(plan);
  return scanned !== undefined && (scanned.rows?.first ?? 0) === 0;
}

/** True if both are the same plan, or choose from the rows of one file. */
export function sameNumbers(a: PlanNode, b: PlanNode): boolean {
  if (a === b) return true;
  const [left, right] = [numberedBy(a), numberedBy(b)];
  if (left === undefined || right === undefined) return false;
  return left.source === right.source && sameRange(left, right);
}

function numberedBy(plan: PlanNode): ScanNode | undefined {
  if (plan.kind === 'filter' || plan.kind === 'project') return numberedBy(plan.inputs[0]!);
  // Others may number only what they did not skip.
  return plan.kind === 'scan' && plan.source.rangeable === 'native' ? plan : undefined;
}

function sameRange(a: ScanNode, b: ScanNode): boolean {
  return a.rows?.first === b.rows?.first && a.rows?.end === b.rows?.end;
}
