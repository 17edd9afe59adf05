/** Lowers `sort`. */
import type { Lower } from './lowering.js';
import { sortInto } from './sort-sink.js';

export const lowerSort: Lower<'sort'> = (node, lowering) => sortInto(lowering, node, node.keys, {});
