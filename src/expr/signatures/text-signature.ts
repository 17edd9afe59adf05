/** The ways in which functions of text decide their types. */
import type { DataType } from '../../data/types.js';
import { bool, int64, utf8 } from '../../data/types.js';
import { operandAs } from '../coerce.js';
import type { Resolved } from '../expr.js';
import type { Call } from '../operand.js';
import { operation } from '../operand.js';

type Resolve = (call: Call) => Resolved;

function texts(call: Call): readonly Resolved[] {
  return call.operands.map((operand, i) => {
    const what = call.operands.length === 1 ? `the operand of ${call.fn}` : `operand ${i + 1} of ${call.fn}`;
    return operandAs(call, operand, utf8, what);
  });
}

function textTo(op: string, type: DataType): Resolve {
  return (call) => operation(op, type, texts(call));
}

/** Texts to a text: `lower`, `concat`. */
export const textToText = (op: string): Resolve => textTo(op, utf8);

/** Texts to a boolean: `contains`. */
export const textToBool = (op: string): Resolve => textTo(op, bool);

/** A text to an int64: `length`. */
export const textToInteger = (op: string): Resolve => textTo(op, int64);

/** A text and a pattern written in the query: `like`. */
export function patternTest(op: string): Resolve {
  return (call) => {
    const [text, pattern] = texts(call);
    if (text === undefined || pattern?.kind !== 'constant')
      throw call.fail(`the pattern of ${call.fn} must be a text written in the query, not an expression`);
    return operation(op, bool, [text, pattern]);
  };
}

/** A text, a start, and perhaps a count: `substr`. */
export function piece(op: string): Resolve {
  return (call) => {
    const [text, ...numbers] = call.operands;
    if (text === undefined) throw call.fail(`${call.fn} needs a text`);
    const args = [
      operandAs(call, text, utf8, 'the text'),
      ...numbers.map((number, i) => operandAs(call, number, int64, i === 0 ? 'the start' : 'the count')),
    ];
    return operation(op, utf8, args);
  };
}
