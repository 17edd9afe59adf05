/** Lowers `project`: only names change; values are computed where they are used, after the filters in between. */
import { resolve } from '../../expr/resolve.js';
import type { Lower } from './lowering.js';

export const lowerProject: Lower<'project'> = (node, lowering) => {
  const input = node.inputs[0]!;
  // A limit that is still due cuts the projected rows just as well.
  const stream = lowering.stream(input);
  stream.rename(node.columns.map(({ name, expr }) => ({ name, expr: resolve(expr, input.schema) })));
  return stream;
};
