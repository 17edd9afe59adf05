/** Ends a pipeline in the sort sink: all columns once, computed keys behind them, and starts the next without those. */
import { resolve } from '../../expr/resolve.js';
import type { OrderKey, PlanNode } from '../../plan/node.js';
import type { SinkDescription, SortKeyDescription } from '../description.js';
import { sinkOf } from '../description.js';
import type { Lowering } from './lowering.js';
import { outputsOf } from './lowering.js';
import type { Stream } from './stream.js';

/** `facts`: what the sink needs beyond its keys. The rows that come out have the columns of `node`. */
export function sortInto(
  lowering: Lowering,
  node: PlanNode,
  keys: readonly OrderKey[],
  facts: Partial<Omit<SinkDescription, 'kind' | 'sortKeys'>>,
): Stream {
  const input = node.inputs[0]!;
  const stream = lowering.wholeInput(node);
  const outputs = outputsOf(stream, input);
  const sortKeys = keys.map(({ expr, descending }): SortKeyDescription => {
    const register = stream.evaluate(resolve(expr, input.schema));
    const known = outputs.indexOf(register);
    return { column: known < 0 ? outputs.push(register) - 1 : known, descending, nullsFirst: false };
  });
  return lowering.next(stream, outputs, node.schema.fields, sinkOf('sort', { ...facts, sortKeys }));
}
