/** Constant folding by the kernels that run queries. */
import { EngineError } from '../base/engine-error.js';
import type { Evaluator } from '../data/doors.js';
import type { LiteralValue } from '../data/literal.js';
import { typeIds } from '../data/types.js';
import { addon } from './addon.js';
import { callNative } from './native-error.js';

const msPerDay = 86_400_000;

function plainValue(value: LiteralValue, typeId: number): null | boolean | number | bigint | string {
  if (!(value instanceof Date)) return value;
  // A timestamp's unit is the plan's knowledge: it hands over ticks.
  if (typeId === typeIds.date && value.getTime() % msPerDay === 0) return value.getTime() / msPerDay;
  throw new EngineError('internal', 'a Date can be folded only as a whole day; please report it');
}

/** Folds `op(args…)`; integers beyond 2^53 and timestamps (ticks) come as bigint, dates as days since 1970. */
export const nativeEvaluator: Evaluator = {
  evaluate(op, args, params, resultTypeId) {
    return callNative('evaluating a constant', () => {
      const constants = args.map(({ value, typeId }) => [typeId, plainValue(value, typeId)] as const);
      return addon().evaluate(op, constants, params, resultTypeId, op);
    });
  },
};

/** Names of all operations the engine has. */
export function operationNames(): readonly string[] {
  return addon().operationNames();
}
