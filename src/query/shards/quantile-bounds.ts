/** Bounds of shards of about equally many rows, from a sorted sample of the keys, or from all of them in order. */
import type { PhysicalValue } from '../../data/compare-values.js';
import type { Executor } from '../../exec/executor.js';
import type { RunOptions } from '../../exec/run-options.js';
import { aggregate as aggregateExpr, call, column } from '../../expr/build.js';
import { reservoir } from '../../folds/ready/reservoir.js';
import { runReady } from '../../folds/ready/run-ready.js';
import type { PlanNode } from '../../plan/node.js';
import { aggregate } from '../../plan/nodes/aggregate.js';
import { filter } from '../../plan/nodes/filter.js';
import { project } from '../../plan/nodes/project.js';
import { scan } from '../../plan/nodes/scan.js';
import { sort } from '../../plan/nodes/sort.js';
import { tableSource } from '../../storage/memory/memory-source.js';
import { physicalAt } from './column-values.js';
import { ascending } from './range-bounds.js';

/** Keys looked at per shard: sizes then vary by about 1/√256, 6 %. */
const perShard = 256;
/** Fewer keys than this are looked at one and all. */
const leastSample = 65_536;
/** More are not held; then all keys are sorted, through the disk if need be. */
const mostSample = 2 ** 20;

/**
 * At most `n − 1` strictly ascending values of the column, each at a multiple of the n-th part of its rows in order. Values
 * that many rows share give fewer, larger shards. Nulls do not count.
 *
 * Cost: one pass over the key; above 4,096 shards a sort of it. Exact for up to 65,536 keys.
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
  const size = Math.max(leastSample, perShard * n);
  if (size > mostSample) return boundsOf(keys, await rowsOf(keys, executor, options), n, executor, options);
  const sample = await runReady(keys, executor, reservoir(size, { columns: [name] }), options);
  return boundsOf(scan(tableSource(sample)), sample.numRows, n, executor, options);
}

async function rowsOf(keys: PlanNode, executor: Executor, options: RunOptions): Promise<number> {
  const counted = aggregate(keys, [], [{ name: 'rows', expr: aggregateExpr('n', []) }]);
  return Number(physicalAt((await executor.collect(counted, options)).columns[0]!, 0));
}

/** The values at the n-th parts of so many keys, sorted by the engine. */
async function boundsOf(
  keys: PlanNode,
  rows: number,
  n: number,
  executor: Executor,
  options: RunOptions,
): Promise<readonly PhysicalValue[]> {
  const sorted = sort(keys, [{ expr: column(keys.schema.names[0]!), descending: false }]);
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
