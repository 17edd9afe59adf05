/** The ways in which functions of dates and timestamps decide their types. */
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import type { DataType } from '../../data/types.js';
import { int64, typeName } from '../../data/types.js';
import { unitOf } from '../common-type.js';
import type { Resolved } from '../expr.js';
import type { Call, Operand } from '../operand.js';
import { operation, settle } from '../operand.js';

type Resolve = (call: Call) => Resolved;

/** The parts a moment can be cut to, as the operation `dateTrunc` numbers them. */
export const dateParts = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;
export type DatePart = (typeof dateParts)[number];

function moment(call: Call, operand: Operand | undefined): Resolved {
  const value = operand === undefined ? undefined : settle(operand);
  if (value?.type.kind !== 'date' && value?.type.kind !== 'timestamp') {
    const found = value === undefined ? 'nothing' : typeName(value.type);
    throw call.fail(
      `${call.fn} needs a date or timestamp, not ${found}; .cast('date') or .cast('timestamp(ms)') converts text`,
    );
  }
  refuseZone(call, value.type);
  return value;
}

function refuseZone(call: Call, type: DataType): void {
  if (type.kind !== 'timestamp' || type.zone === undefined || type.zone === 'UTC') return;
  throw new EngineError(
    'unsupported',
    `${call.fn} of ${typeName(type)}: clock time in a zone is not available; ` +
      `.cast('timestamp(${type.unit})') reads the moment in UTC`,
    { detail: { zone: type.zone } },
  );
}

function requireClock(call: Call, type: DataType): void {
  if (type.kind === 'date') throw call.fail(`${call.fn} needs a timestamp; a date has no time of day`);
}

/** A field of a date or timestamp as int64: `year`. */
export function calendarField(op: string): Resolve {
  return (call) => {
    const value = moment(call, call.operands[0]);
    return operation(op, int64, [value], { params: [unitOf(value.type)] });
  };
}

/** A field of a timestamp as int64: `hour`. */
export function clockField(op: string): Resolve {
  return (call) => {
    const value = moment(call, call.operands[0]);
    requireClock(call, value.type);
    return operation(op, int64, [value], { params: [unitOf(value.type)] });
  };
}

/** A date or timestamp cut down to a part named by a text: `dateTrunc`. */
export function truncation(op: string): Resolve {
  return (call) => {
    const [operand, part] = call.operands;
    const value = moment(call, operand);
    const name = part?.kind === 'free' || part?.kind === 'constant' ? part.value : undefined;
    const index = dateParts.findIndex((known) => known === name);
    if (index < 0)
      throw call.fail(`no date part ${JSON.stringify(name)}${didYouMean(String(name), dateParts, 'parts')}`);
    if (index > dateParts.indexOf('day')) requireClock(call, value.type);
    return operation(op, value.type, [value], { params: [index, unitOf(value.type)] });
  };
}
