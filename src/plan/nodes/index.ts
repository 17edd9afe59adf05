/** The table of node kinds; the compiler proves that none is missing and that each stands under its own name. */
import type { PlanKind, PlanNode } from '../node.js';
import { aggregateDefinition } from './aggregate.js';
import { annoyJoinDefinition } from './annoy-join.js';
import type { NodeDefinition, NodeOf } from './definition.js';
import { filterDefinition } from './filter.js';
import { knnJoinDefinition } from './knn-join.js';
import { limitDefinition } from './limit.js';
import { projectDefinition } from './project.js';
import { radiusJoinDefinition } from './radius-join.js';
import { scanDefinition } from './scan.js';
import { sliceGroupsDefinition } from './slice-groups.js';
import { sortDefinition } from './sort.js';
import { topNDefinition } from './top-n.js';

export const nodeDefinitions: { readonly [K in PlanKind]: NodeDefinition<NodeOf<K>> } = {
  scan: scanDefinition,
  filter: filterDefinition,
  project: projectDefinition,
  aggregate: aggregateDefinition,
  sort: sortDefinition,
  limit: limitDefinition,
  'top-n': topNDefinition,
  'slice-groups': sliceGroupsDefinition,
  'knn-join': knnJoinDefinition,
  'radius-join': radiusJoinDefinition,
  'annoy-join': annoyJoinDefinition,
};

/** The definition of a node's kind, to be called with that node. */
export function definitionOf(node: PlanNode): NodeDefinition {
  // Method parameters are compared bivariantly, so a definition of one kind passes for one of any kind; the key ties them.
  return nodeDefinitions[node.kind];
}
