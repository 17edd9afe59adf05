/** What `explain` says of a join with what an Annoy index finds: what is searched, its cost, and when exact search is cheaper. */
import type { AnnoyJoinNode } from '../plan/node.js';
import { candidatesOf } from '../plan/nodes/annoy-join.js';
import { rowsAtMost } from '../plan/rows-at-most.js';
import { waySearched } from '../native/search-plan.js';
import { annoyQuerySeconds, costOf, exactMetrics, printCost } from './search-cost.js';

export function explainAnnoyJoin(join: AnnoyJoinNode, threads: number): string {
  const { searched, k, searchK } = join;
  const bound = rowsAtMost(join.inputs[0]!);
  const known = Number.isFinite(bound);
  // Where nobody knows how many will ask, as many as there are items.
  const queries = Math.max(1, known ? bound : searched.rows);
  const seconds = queries * annoyQuerySeconds(join);
  const number = (n: number): string => n.toLocaleString('en-US');
  const lines = [
    `annoy-join: ${searched.label}, ${searched.metric}, ${plural(searched.trees, 'tree')} over ${plural(searched.rows, 'item')} ` +
      `of ${plural(searched.columns, 'dimension')}, searchK ${number(candidatesOf(join))}` +
      `${searchK === undefined ? ' (usual)' : ''}, for ${known ? 'at most ' : ''}` +
      `${known ? number(queries) : 'an unknown number of'} queries; estimated ${printCost(seconds)} of thread time` +
      (known ? '' : ` for ${number(queries)}`),
  ];
  const exact = waySearched({
    metric: exactMetrics[searched.metric],
    p: 2,
    rows: searched.rows,
    queries,
    columns: searched.columns,
    k,
    threads,
    fileBacked: false,
  });
  if (costOf(exact) < seconds) {
    lines.push(
      `  warning: exact search would be faster: ${exact.method} is estimated at ${printCost(costOf(exact))}, and knnJoin ` +
        'finds all true neighbours',
    );
  }
  return lines.join('\n');
}

function plural(n: number, what: string): string {
  return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;
}
