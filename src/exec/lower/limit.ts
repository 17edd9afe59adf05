/** Lowers `limit`: nothing runs here; the sink at the end cuts, or the step that cannot wait for it stores the cut rows. */
import type { Lower } from './lowering.js';

export const lowerLimit: Lower<'limit'> = (node, lowering) => {
  const stream = lowering.wholeInput(node);
  stream.cut = { limit: node.count, offset: node.offset };
  return stream;
};
