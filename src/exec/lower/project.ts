/** Lowers `project`: only names change; values are computed where they are used, after the filters in between. */
import { resolve } from '../../expr/resolve.js';
import { canFail } from '../../plan/fallible.js';
import type { Lower } from './lowering.js';

export const lowerProject: Lower<'project'> = (node, lowering) => {
  const input = node.inputs[0]!;
  const columns = node.columns.map(({ name, expr }) => ({ name, expr: resolve(expr, input.schema) }));
  // A limit that is still due cuts the projected rows just as well, unless a row beyond it could raise an error.
  const stream = columns.some(({ expr }) => canFail(expr))
    ? lowering.wholeInput(node)
    : lowering.stream(input);
  stream.rename(columns);
  return stream;
};
