/** What `explain({ fold })` says of a fold: its plan and why, what is held, the tier of its cost. */
import { section } from '../plan/explain.js';
import type { FoldOptions } from './collect-chunked.js';
import type { DeclaredFold } from './fold-declaration.js';
import { declareFold } from './fold-declaration.js';
import type { FoldPlan } from './fold-plan.js';
import type { FoldTarget } from './fold-target.js';
import { planOfFold } from './plan-of-fold.js';
import { checkReady } from './ready/run-ready.js';

/** The section about the fold, to stand below the plan of the rows. */
export async function explainFold(
  target: FoldTarget,
  given: unknown,
  options: FoldOptions = {},
): Promise<string> {
  const declared = await declareFold(given, options);
  if (declared.kind === 'ready') checkReady(target.plan, declared.fold);
  return section('fold', printFoldPlan(nameOf(declared), planOfFold(target, declared, options)));
}

/** Four lines: what is folded how, why so, what is held, what it costs. */
export function printFoldPlan(name: string, plan: FoldPlan): string {
  const { reason, tier, lanes, where, merge } = plan;
  const at = lanes === 1 ? '' : `, ${count(lanes)} at a time`;
  const held =
    merge === 'native'
      ? tier === 'monoid fold'
        ? 'a state for each thread'
        : 'values, which spill'
      : merge === 'sequential'
        ? 'one accumulator'
        : `${count(lanes)} accumulator${lanes === 1 ? '' : 's'} and what is merged`;
  return [
    `${name}: ${shapeOf(plan)} in ${where}${merge === 'native' ? '' : at}`,
    `because ${reason}`,
    `memory ∝ ${held}`,
    costOf(plan),
  ].join('\n');
}

function costOf({ tier, merge }: FoldPlan): string {
  switch (tier) {
    case 'monoid fold':
      return `${tier}: one pass, O(n)${merge === 'sequential' ? '' : ', in parts that merge'}`;
    case 'sequential fold':
      return `${tier}: one pass, O(n), which cannot be split`;
    case 'sort or partition':
      return `${tier}: O(n log n)`;
  }
}

function shapeOf({ merge, cut, parts }: FoldPlan): string {
  if (merge === 'native') return cut === 'ranges' ? 'one pass, range after range,' : 'one pass';
  if (merge === 'sequential') return 'one sequential pass';
  const what = { shards: 'shard', ranges: 'range', segments: 'segment', none: 'part' }[cut];
  const many = parts === undefined ? `${what}s` : `${count(parts)} ${what}${parts === 1 ? '' : 's'}`;
  return `partial folds over ${many}, merged ${merge === 'ordered' ? 'in order' : 'as they finish'},`;
}

function nameOf(declared: DeclaredFold): string {
  if (declared.kind === 'ready') return declared.fold.label;
  return declared.kind === 'module'
    ? `${declared.name} of ${declared.module.replace(/^.*\//, '')}`
    : 'the given functions';
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
