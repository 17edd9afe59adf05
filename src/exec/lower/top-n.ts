/** Lowers `top-n`: the sort sink, which keeps no more rows than it has to give. */
import type { Lower } from './lowering.js';
import { sortInto } from './sort-sink.js';

export const lowerTopN: Lower<'top-n'> = (node, lowering) =>
  sortInto(lowering, node, node.keys, { limit: node.count, offset: node.offset });
