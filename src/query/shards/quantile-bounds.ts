/** Bounds of shards of about equally many rows, from the sorted keys or a sorted sample of them. */
import type { PhysicalValue } from '../../data/compare-values.js';
import type { Executor } from '../../exec/executor.js';
import type { RunOptions } from '../../exec/run-options.js';
import { aggregate as aggregateExpr, call, column } from '../../expr/build.js';
import type { PlanNode } from '../../plan/node.js';
import { aggregate } from '../../plan/nodes/aggregate.js';
import { filter } from '../../plan/nodes/filter.js';
import { project } from '../../plan/nodes/project.js';
import { sort } from '../../plan/nodes/sort.js';
import { physicalAt } from './column-values.js';
import { ascending } from './range-bounds.js';

/**
 * At most `n − 1` strictly ascending values of the column, each at a multiple of the n-th part of its rows in order. Values
 * that many rows share give fewer, larger shards. Nulls do not count.
 */
export async function quantileBounds(
  plan: PlanNode,
  name: string,
  n: number,
  executor: Executor,
  options: RunOptions,
): Promise<readonly PhysicalValue[]> {
  const key = column(name);
  const keys = project(filter(plan, call('isNotNull', [key])), [{ name, expr: key }]);
  const counted = await executor.collect(
    aggregate(keys, [], [{ name, expr: aggregateExpr('n', []) }]),
    options,
  );
  const rows = Number(physicalAt(counted.columns[0]!, 0));
  const sorted = sort(keys, [{ expr: key, descending: false }]);
  const picked: PhysicalValue[] = [];
  let least: PhysicalValue = null;
  let seen = 0;
  let next = 1;
  for await (const batch of executor.batches(sorted, options)) {
    const values = batch.columns[0]!;
    if (seen === 0 && batch.numRows > 0) least = physicalAt(values, 0);
    for (let at = Math.ceil((next * rows) / n); next < n && at < seen + batch.numRows;) {
      picked.push(physicalAt(values, at - seen));
      next += 1;
      at = Math.ceil((next * rows) / n);
    }
    seen += batch.numRows;
    if (next >= n) break;
  }
  return ascending(picked, least);
}
