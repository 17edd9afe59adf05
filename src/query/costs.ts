/** `costs`: the tiers of cost that queries and folds are in, side by side. Runs nothing. */
import { EngineError } from '../base/engine-error.js';
import type { Foldable } from '../folds/fold-target.js';
import { foldTargetOf, isFoldable } from '../folds/fold-target.js';
import type { PlanNode } from '../plan/node.js';
import { optimize } from '../plan/optimize.js';
import type { QueryGrade } from '../plan/query-grade.js';
import { gradeQuery, printMemory, printReads } from '../plan/query-grade.js';

/** What `costs` can tell about: a query or shards, or one of them with a fold over its rows. */
export type Costed = Foldable | readonly [Foldable, object];

/** The part of a ready fold that is a plan of its own. */
interface PlanPart {
  readonly kind: 'plan';
  plan(input: PlanNode): PlanNode;
}

/**
 * A table of what queries and folds cost: tier, I/O and memory, as their structure tells.
 *
 * @throws EngineError `argument` for what is no query
 * @example
 * console.log(costs({ scan: flights, 'row count': [flights, folds.count()], sorted: flights.arrange('delay') }))
 * // query      tier               I/O                                       memory
 * // scan       streaming scan     O(n), one pass, reads at most 60.2 MB     constant memory
 * // row count  monoid fold        O(n), one pass, reads at most 60.2 MB     the fold's state
 * // sorted     sort or partition  O(n log n), one pass, reads at most …     memory ∝ rows, spills
 */
export function costs(queries: Readonly<Record<string, Costed>>): string {
  const rows = Object.entries(queries).map(([name, costed]) => {
    const { grade, memory } = costOf(name, costed);
    return [name, grade.tier, `${grade.growth}, ${printReads(grade)}`, memory];
  });
  return alignColumns([['query', 'tier', 'I/O', 'memory'], ...rows]);
}

function costOf(name: string, costed: Costed): { grade: QueryGrade; memory: string } {
  const [query, fold] = isFoldable(costed) ? [costed] : pairOf(name, costed);
  const { plan } = foldTargetOf(query, 'costs');
  const grade = gradeOptimized(plan);
  if (fold === undefined) return { grade, memory: memoryOf(grade) };
  const plans = planParts(fold).map((part) => gradeOptimized(part.plan(plan)));
  const worst = plans.find((each) => each.growth !== 'O(n)') ?? plans[0];
  if (worst !== undefined) {
    return { grade: { ...worst, passes: grade.passes * plans.length }, memory: memoryOf(worst) };
  }
  const merges = typeof (fold as { readonly combine?: unknown }).combine === 'function';
  const tier = grade.growth === 'O(n)' ? (merges ? 'monoid fold' : 'sequential fold') : grade.tier;
  const held = grade.holds.length === 0 ? '' : `${memoryOf(grade)}, then `;
  return { grade: { ...grade, tier }, memory: `${held}the fold's state` };
}

function gradeOptimized(plan: PlanNode): QueryGrade {
  return gradeQuery(optimize(plan));
}

function memoryOf(grade: QueryGrade): string {
  return `${printMemory(grade)}${grade.maySpill ? ', spills' : ''}`;
}

function pairOf(name: string, costed: unknown): readonly [Foldable, object] {
  if (Array.isArray(costed) && costed.length === 2) {
    const [query, fold] = costed as readonly unknown[];
    if (isFoldable(query) && typeof fold === 'object' && fold !== null) return [query, fold];
  }
  throw new EngineError(
    'argument',
    `costs takes queries, shards, or pairs [query, fold]; ${JSON.stringify(name)} is neither`,
  );
}

function planParts(fold: object): readonly PlanPart[] {
  const { parts } = fold as { readonly parts?: unknown };
  if (!Array.isArray(parts)) return [];
  return (parts as readonly { readonly kind?: unknown }[]).filter(
    (part): part is PlanPart => part.kind === 'plan',
  );
}

function alignColumns(table: readonly (readonly string[])[]): string {
  const widths = table[0]!.map((_, c) => Math.max(...table.map((row) => row[c]!.length)));
  return table
    .map((row) =>
      row
        .map((cell, c) => cell.padEnd(widths[c]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
