/** Schema: the names, types and nullability of a relation's columns, in order. */
import type { DataType } from './types.js';
import { typeName } from './types.js';

export interface Field {
  readonly name: string;
  readonly type: DataType;
  /** False is a promise that no null occurs. */
  readonly nullable: boolean;
}

/** Immutable list of fields with unique names; lookups by name are safe for any name (`__proto__` too). */
export class Schema {
  readonly fields: readonly Field[];
  readonly #index: ReadonlyMap<string, number>;

  /** Names must be unique; whoever builds a schema from user input checks that first and says so in its own words. */
  constructor(fields: readonly Field[]) {
    this.fields = Object.freeze(fields.map((field) => Object.freeze({ ...field })));
    this.#index = new Map(fields.map((field, i) => [field.name, i]));
    if (this.#index.size !== fields.length) {
      const seen = new Set<string>();
      const twice = fields.find((field) => seen.size === seen.add(field.name).size);
      throw new RangeError(`column name ${JSON.stringify(twice?.name)} occurs twice`);
    }
  }

  get names(): readonly string[] {
    return this.fields.map((field) => field.name);
  }

  get length(): number {
    return this.fields.length;
  }

  /** Position of a column, −1 when there is none. */
  indexOf(name: string): number {
    return this.#index.get(name) ?? -1;
  }

  has(name: string): boolean {
    return this.#index.has(name);
  }

  field(name: string): Field | undefined {
    const i = this.#index.get(name);
    return i === undefined ? undefined : this.fields[i];
  }

  /** `{ a: int32, b: utf8? }`: a question mark where nulls may occur. */
  toString(): string {
    return `{ ${this.fields.map((f) => `${f.name}: ${typeName(f.type)}${f.nullable ? '?' : ''}`).join(', ')} }`;
  }
}
