/** Lowers `slice-groups`: the sort sink, sorting by group first and keeping the first rows of each. */
import { column } from '../../expr/build.js';
import type { Lower } from './lowering.js';
import { sortInto } from './sort-sink.js';

export const lowerSliceGroups: Lower<'slice-groups'> = (node, lowering) => {
  const groups = node.groups.map((name) => ({ expr: column(name), descending: false }));
  return sortInto(lowering, node, [...groups, ...node.keys], {
    groupColumns: groups.length,
    groupLimit: node.count,
  });
};
