/** The optimizer's rules in the order they run; the driver goes round until none changes the plan. */
import { foldConstants } from './fold-constants.js';
import { mergeProjects } from './merge-projects.js';
import { pruneColumns } from './prune-columns.js';
import { pruneShards } from './prune-shards.js';
import { pushFilter } from './push-filter.js';
import { pushLimit } from './push-limit.js';
import { removeRedundant } from './remove-redundant.js';
import type { Rule } from './rule.js';
import { simplifyBooleans } from './simplify-booleans.js';
import { sortLimit } from './sort-limit.js';

export const rules: readonly Rule[] = [
  // Conditions first become as short as they can be …
  foldConstants,
  simplifyBooleans,
  // … then move, which shows which projections touch and which limits meet sorts …
  pushFilter,
  mergeProjects,
  pushLimit,
  sortLimit,
  removeRedundant,
  // What scans know by now may tell which shards there is no need to read …
  pruneShards,
  // … and only what is left tells which columns are used.
  pruneColumns,
];
