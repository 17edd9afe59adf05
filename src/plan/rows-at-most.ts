/** How many rows a plan can give at most, as far as that is certain without running it. */
import type { PlanKind, PlanNode } from './node.js';
import type { NodeOf } from './nodes/definition.js';
import { rowsOfScan } from './nodes/scan.js';

const bounds: { readonly [K in PlanKind]: (node: NodeOf<K>) => number } = {
  scan(node) {
    const { first, end } = rowsOfScan(node) ?? { first: 0, end: Number.POSITIVE_INFINITY };
    return end - first;
  },
  filter: (node) => rowsAtMost(node.inputs[0]!),
  project: (node) => rowsAtMost(node.inputs[0]!),
  aggregate: (node) => (node.keys.length === 0 ? 1 : rowsAtMost(node.inputs[0]!)),
  sort: (node) => rowsAtMost(node.inputs[0]!),
  limit: (node) => Math.min(node.count, Math.max(0, rowsAtMost(node.inputs[0]!) - node.offset)),
  'top-n': (node) => Math.min(node.count, Math.max(0, rowsAtMost(node.inputs[0]!) - node.offset)),
  'slice-groups': (node) => rowsAtMost(node.inputs[0]!),
  'knn-join': (node) => product(rowsAtMost(node.inputs[0]!), Math.min(node.k, rowsAtMost(node.inputs[1]!))),
  'annoy-join': (node) => product(rowsAtMost(node.inputs[0]!), Math.min(node.k, node.searched.rows)),
  'radius-join': (node) => product(rowsAtMost(node.inputs[0]!), rowsAtMost(node.inputs[1]!)),
};

/** No rows stay none, however many each of them might become. */
function product(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

/** An upper bound, `Infinity` when there is none. */
export function rowsAtMost(node: PlanNode): number {
  return (bounds[node.kind] as (node: PlanNode) => number)(node);
}
