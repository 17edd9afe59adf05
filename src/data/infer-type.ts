/** The type of a column of JavaScript values: what every value of it is, never a guess from how text looks. */
import { EngineError } from '../base/engine-error.js';
import { describe } from './build-column.js';
import type { DataType } from './types.js';
import { bool, float64, int64, timestamp, utf8 } from './types.js';

export interface InferredType {
  readonly type: DataType;
  readonly nullable: boolean;
}

/** Collects what the values of one column are; number → float64, bigint → int64, Date → timestamp(ms). */
export class TypeInference {
  readonly #name: string;
  #type: DataType | undefined;
  #first = 0;
  #nullable = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws EngineError `data` when a value is of another type than those before, or of none we have */
  see(value: unknown, row: number): void {
    if (value === null || value === undefined) {
      this.#nullable = true;
      return;
    }
    const type = typeOf(value);
    if (type === undefined) {
      throw new EngineError(
        'data',
        `column ${JSON.stringify(this.#name)}, row ${String(row)}: ${describe(value)} is no value of a column; ` +
          `values are numbers, bigints, booleans, strings, Dates and nulls`,
        { detail: { column: this.#name, row } },
      );
    }
    if (this.#type === undefined) {
      this.#type = type;
      this.#first = row;
    } else if (this.#type.kind !== type.kind) {
      throw new EngineError(
        'data',
        `column ${JSON.stringify(this.#name)} mixes types: row ${String(this.#first)} is ${this.#type.kind}, ` +
          `row ${String(row)} (${describe(value)}) is ${type.kind}; make them alike or give a schema`,
        { detail: { column: this.#name, row, types: [this.#type.kind, type.kind] } },
      );
    }
  }

  /** A column without a single value is text: every null is a possible text. */
  result(): InferredType {
    return { type: this.#type ?? utf8, nullable: this.#nullable || this.#type === undefined };
  }

  missing(): void {
    this.#nullable = true;
  }
}

function typeOf(value: unknown): DataType | undefined {
  switch (typeof value) {
    case 'number':
      return float64;
    case 'bigint':
      return int64;
    case 'boolean':
      return bool;
    case 'string':
      return utf8;
    default:
      return value instanceof Date ? timestamp('ms') : undefined;
  }
}
