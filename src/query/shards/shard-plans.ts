/** The plans over a folder of shards: one shard, neighbouring shards in their order, all of them. */
import { call, column, literal } from '../../expr/build.js';
import { uint32 } from '../../data/types.js';
import type { PlanNode } from '../../plan/node.js';
import { filter } from '../../plan/nodes/filter.js';
import { project } from '../../plan/nodes/project.js';
import { scan } from '../../plan/nodes/scan.js';
import { sort } from '../../plan/nodes/sort.js';
import type { ShardFolder } from '../../storage/shards/open-shard-folder.js';

function userColumns({ manifest }: ShardFolder, input: PlanNode): PlanNode {
  return project(
    input,
    manifest.schema.names.map((name) => ({ name, expr: column(name) })),
  );
}

/** The rows of one shard, in the order that they came in. */
export function planOfShard(folder: ShardFolder, number: number): PlanNode {
  const only = call('eq', [column(folder.manifest.shardColumn), literal(number, uint32)]);
  return userColumns(folder, filter(scan(folder.source), only));
}

/** The rows of all shards, shard after shard as the file has them. */
export function planOfUnion(folder: ShardFolder): PlanNode {
  return userColumns(folder, scan(folder.source));
}

/** The rows of the shards numbered `first` to `last`, in the order of numbers, with the numbers as the last column. */
export function planOfNeighbours(folder: ShardFolder, first: number, last: number): PlanNode {
  const number = column(folder.manifest.shardColumn);
  const within = call('between', [number, literal(first, uint32), literal(last, uint32)]);
  return sort(filter(scan(folder.source), within), [{ expr: number, descending: false }]);
}
