/** What `explain` says of the joins with nearest rows before a query runs: the ways to search, and what each would cost. */
import { section } from '../plan/explain.js';
import type { AnnoyJoinNode, NeighborJoinNode, PlanNode } from '../plan/node.js';
import { rowsAtMost } from '../plan/rows-at-most.js';
import { nodesOf } from '../plan/walk.js';
import { searchMethods, waySearched } from '../native/search-plan.js';
import { explainAnnoyJoin } from './explain-annoy-join.js';
import { costOf, printCost } from './search-cost.js';

/** A section for the joins of a plan; nothing when there are none. */
export function explainJoins(plan: PlanNode, threads: number): string {
  const joins = [...nodesOf(plan)].filter(isJoin);
  if (joins.length === 0) return '';
  const lines = joins.map((join) =>
    join.kind === 'annoy-join' ? explainAnnoyJoin(join, threads) : explainJoin(join, threads),
  );
  return `\n\n${section('search', lines.join('\n'))}`;
}

function isJoin(node: PlanNode): node is NeighborJoinNode | AnnoyJoinNode {
  return node.kind === 'knn-join' || node.kind === 'radius-join' || node.kind === 'annoy-join';
}

function explainJoin(join: NeighborJoinNode, threads: number): string {
  const [queries, reference] = join.inputs.map(rowsAtMost) as [number, number];
  if (!Number.isFinite(reference)) {
    return `${join.kind}: the method is chosen when the rows of the reference are known`;
  }
  const asked = Number.isFinite(queries) ? queries : reference;
  const shape = {
    metric: join.metric.name,
    p: join.metric.p,
    rows: reference,
    queries: Math.max(1, asked),
    columns: join.on.right.length,
    k: join.kind === 'knn-join' ? join.k : 0,
    threads,
    fileBacked: false,
  };
  const chosen = waySearched({ ...shape, method: join.method });
  const others = searchMethods()
    .filter((name) => name !== chosen.method)
    .flatMap((method) => {
      try {
        return [waySearched({ ...shape, method })];
      } catch {
        return []; // It does not take this metric or number of columns.
      }
    })
    .sort((a, b) => costOf(a) - costOf(b))
    .map((way) => `${way.method} ${printCost(costOf(way))}`);
  const rows = (n: number): string => n.toLocaleString('en-US');
  const perGroup = join.by.length === 0 ? '' : ', each large group by itself';
  return (
    `${join.kind}: ${chosen.method} for at most ${rows(asked)} queries in ${rows(reference)} rows${perGroup}; ` +
    `estimated ${printCost(costOf(chosen))} of thread time` +
    (others.length === 0 ? '' : ` (${others.join(', ')})`)
  );
}
