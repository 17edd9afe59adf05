/** Builds a pipeline's linear program: each constant and each equal instruction once, registers numbered at the end. */
import type { LiteralValue } from '../../data/literal.js';
import type { DataType } from '../../data/types.js';
import { bool, typeName } from '../../data/types.js';
import type { Constant, Instruction, ProgramDescription } from '../description.js';

/** A value of the program under construction. The same value is always the same object. */
export interface Register {
  readonly area: 'input' | 'constant' | 'instruction';
  readonly index: number;
  readonly type: DataType;
}

interface PendingInstruction extends Omit<Instruction, 'args'> {
  readonly args: readonly Register[];
}

export class ProgramBuilder {
  readonly #inputs: readonly Register[];
  readonly #constants: Constant[] = [];
  readonly #instructions: PendingInstruction[] = [];
  readonly #known = new Map<string, Register>();

  constructor(inputs: readonly DataType[]) {
    this.#inputs = inputs.map((type, index) => Object.freeze({ area: 'input', index, type }));
  }

  input(index: number): Register {
    return this.#inputs[index]!;
  }

  constant(value: LiteralValue, type: DataType): Register {
    return this.#once(`constant ${typeName(type)} ${literalKey(value)}`, () => {
      this.#constants.push({ type, value });
      return Object.freeze({ area: 'constant', index: this.#constants.length - 1, type });
    });
  }

  /** The result of an operation; computed once however often it is asked for. */
  operation(
    operation: string,
    result: DataType,
    args: readonly Register[],
    params: readonly number[],
    label: () => string,
  ): Register {
    const operands = args.map((arg) => `${arg.area} ${arg.index}`).join(',');
    return this.#once(`${operation} ${typeName(result)} ${operands} ${params.join(',')}`, () =>
      this.#append({ operation, result, args, params, label: label() }),
    );
  }

  /** Keeps only the rows for which `condition` is true, for everything that is computed after it. */
  filter(condition: Register, label: string): void {
    this.#append({ operation: 'filter', result: bool, args: [condition], params: [], label });
  }

  finish(outputs: readonly Register[]): ProgramDescription {
    const numberOf = ({ area, index }: Register): number => {
      if (area === 'input') return index;
      const constants = this.#inputs.length + index;
      return area === 'constant' ? constants : constants + this.#constants.length;
    };
    return Object.freeze({
      inputs: this.#inputs.map((input) => input.type),
      constants: this.#constants,
      instructions: this.#instructions.map((entry) => ({ ...entry, args: entry.args.map(numberOf) })),
      outputs: outputs.map(numberOf),
    });
  }

  #append(instruction: PendingInstruction): Register {
    this.#instructions.push(instruction);
    return Object.freeze({
      area: 'instruction',
      index: this.#instructions.length - 1,
      type: instruction.result,
    });
  }

  #once(key: string, make: () => Register): Register {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }
}

/** Equal texts for equal values only: 0 and −0 differ, 1 and '1' differ. */
function literalKey(value: LiteralValue): string {
  if (value instanceof Date) return `date ${value.getTime()}`;
  return `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`;
}
