/** Lowers `aggregate`: keys, then the arguments of the aggregates, into the aggregate sink. */
import { EngineError } from '../../base/engine-error.js';
import { resolveAggregate } from '../../expr/resolve.js';
import type { AggregateDescription } from '../description.js';
import { sinkOf } from '../description.js';
import type { Lower } from './lowering.js';
import type { Register } from './program-builder.js';

export const lowerAggregate: Lower<'aggregate'> = (node, lowering) => {
  const stream = lowering.wholeInput(node);
  const keys = node.keys.map((key) => stream.column(key));
  const args: Register[] = [];
  // Aggregates of the same argument share its column, and by that their states.
  const positionOf = (register: Register): number => {
    const known = args.indexOf(register);
    return keys.length + (known < 0 ? args.push(register) - 1 : known);
  };
  const aggregates = node.aggregates.map(({ name, expr }): AggregateDescription => {
    if (expr.kind !== 'aggregate')
      throw new EngineError('internal', `${JSON.stringify(name)} is not an aggregate; please report it`);
    const resolved = resolveAggregate(expr, node.inputs[0]!.schema, keys.length > 0);
    return {
      name: resolved.name,
      args: resolved.args.map((arg) => positionOf(stream.evaluate(arg))),
      params: resolved.params,
      distinct: resolved.distinct,
      result: resolved.type,
    };
  });
  const sink = sinkOf('aggregate', {
    keyCount: keys.length,
    aggregates,
    orderBlind: lowering.isOrderBlind(node),
  });
  return lowering.next(stream, [...keys, ...args], node.schema.fields, sink);
};
