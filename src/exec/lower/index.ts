/** Turns a plan into the native engine's pipelines; the compiler proves that each kind of node has its lowering. */
import type { Schema } from '../../data/schema.js';
import type { PlanKind, PlanNode } from '../../plan/node.js';
import { orderBlindAggregates } from '../../plan/order-blind.js';
import type { FoldDescription, QueryDescription, ShardDescription, SinkDescription } from '../description.js';
import { sinkOf } from '../description.js';
import { lowerAggregate } from './aggregate.js';
import { lowerAnnoyJoin } from './annoy-join.js';
import { lowerFilter } from './filter.js';
import { lowerLimit } from './limit.js';
import type { Lower, ScanToOpen } from './lowering.js';
import { Lowering, outputsOf } from './lowering.js';
import { lowerNeighborJoin } from './neighbor-join.js';
import { lowerProject } from './project.js';
import { lowerScan } from './scan.js';
import { lowerSliceGroups } from './slice-groups.js';
import { lowerSort } from './sort.js';
import type { Stream } from './stream.js';
import { lowerTopN } from './top-n.js';

const lowerings: { readonly [K in PlanKind]: Lower<K> } = {
  scan: lowerScan,
  filter: lowerFilter,
  project: lowerProject,
  aggregate: lowerAggregate,
  sort: lowerSort,
  limit: lowerLimit,
  'top-n': lowerTopN,
  'slice-groups': lowerSliceGroups,
  'knn-join': lowerNeighborJoin,
  'radius-join': lowerNeighborJoin,
  'annoy-join': lowerAnnoyJoin,
};

/** A plan as the native engine runs it. */
export interface LoweredQuery {
  readonly description: QueryDescription;
  /** The sources to open; a scan's `index` counts them. Positions of columns are positions in `columns` here. */
  readonly scans: readonly ScanToOpen[];
  readonly output: Schema;
  /** Per pipeline, the nodes of the plan that run in it, in the order rows pass them. */
  readonly nodes: readonly (readonly PlanNode[])[];
}

/** Rows go to shards by their `keys`; what comes out is the `directory` of the shards. */
export interface ShardsEnding {
  readonly shards: ShardDescription;
  readonly keys: readonly string[];
  readonly directory: Schema;
}

/** Where the rows of a plan go. A file's handle is the one after those of the scans. */
export type Ending =
  'batches' | 'collect' | 'writeVtr' | { readonly folds: readonly FoldDescription[] } | ShardsEnding;

/** Lowers a plan, ending in a sink of the kind. */
export function lower(plan: PlanNode, ending: Ending): LoweredQuery {
  const lowering = new Lowering(lowerNode, orderBlindAggregates(plan));
  // Only the sinks of rows towards JavaScript cut by themselves; others take all they get.
  const cuts = ending === 'batches' || ending === 'collect';
  const stream = cuts ? lowering.stream(plan) : lowering.whole(plan);
  let output = plan.schema;
  if (typeof ending === 'object' && 'shards' in ending) {
    endInShards(stream, plan, ending, lowering);
    output = ending.directory;
  } else {
    lowering.end(stream, outputsOf(stream, plan), sinkFor(ending, stream, lowering));
  }
  return Object.freeze({
    description: { pipelines: lowering.pipelines },
    scans: lowering.scans,
    output,
    nodes: lowering.nodes,
  });
}

/** One pipeline into the writer, one that reads what the shards have become. */
function endInShards(stream: Stream, plan: PlanNode, ending: ShardsEnding, lowering: Lowering): void {
  const { shards, keys, directory } = ending;
  const sink = sinkOf('writeShards', { keyCount: keys.length, shards, handle: lowering.scans.length });
  const outputs = [...keys.map((name) => stream.column(name)), ...outputsOf(stream, plan)];
  const listed = lowering.next(stream, outputs, directory.fields, sink);
  lowering.end(
    listed,
    directory.names.map((name) => listed.column(name)),
    sinkOf('collect'),
  );
}

function sinkFor(ending: Exclude<Ending, ShardsEnding>, stream: Stream, lowering: Lowering): SinkDescription {
  if (ending === 'batches' || ending === 'collect') return sinkOf(ending, stream.cut);
  if (ending === 'writeVtr') return sinkOf(ending, { handle: lowering.scans.length });
  return sinkOf('fold', { folds: ending.folds });
}

function lowerNode(node: PlanNode, lowering: Lowering): Stream {
  return (lowerings[node.kind] as (node: PlanNode, lowering: Lowering) => Stream)(node, lowering);
}
