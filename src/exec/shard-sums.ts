/** Rows and checksums of shards, counted again from their rows: what a directory said when they were written. */
import { EngineError } from '../base/engine-error.js';
import { column } from '../expr/build.js';
import type { PlanNode } from '../plan/node.js';
import type { Executor } from './executor.js';
import type { RunOptions } from './run-options.js';

/** What the rows of a shard come to. */
export interface ShardSum {
  readonly rows: number;
  /** Sum over the rows, modulo 2^64, of a hash of each row's values; their order does not matter. */
  readonly checksum: bigint;
}

/**
 * One pass over rows that carry the number of their shard.
 *
 * @param shardColumn holds the number (uint32); the checksum covers all other columns of the plan, in their order
 * @returns by the number of each shard that has rows
 * @throws EngineError `format` when the rows cannot be read
 * @example await shardSums(executor, scan(openVtr('flights/data.vtr')), '$shard')
 */
export async function shardSums(
  executor: Executor,
  plan: PlanNode,
  shardColumn: string,
  options: RunOptions = {},
): Promise<ReadonlyMap<number, ShardSum>> {
  const names = plan.schema.names.filter((name) => name !== shardColumn);
  const args = [shardColumn, ...names].map((name) => column(name));
  const { states } = await executor.fold(plan, [{ name: 'shardSums', args, params: [] }], options);
  const bytes = states[0]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shards = bytes.byteLength < headBytes ? 0 : view.getUint32(4, true);
  if (bytes.byteLength !== headBytes + shards * entryBytes) {
    throw new EngineError('internal', 'the sums of shards are cut short; please report it');
  }
  const sums = new Map<number, ShardSum>();
  for (let at = headBytes; at < bytes.byteLength; at += entryBytes) {
    const rows = Number(view.getBigUint64(at + 4, true));
    sums.set(view.getUint32(at, true), { rows, checksum: view.getBigUint64(at + 12, true) });
  }
  return sums;
}

const headBytes = 8;
const entryBytes = 20;
