/** A pipeline under construction: rows of a source or an earlier pipeline, with names for the values of each row. */
import { assert } from '../../base/assert.js';
import type { DataType } from '../../data/types.js';
import type { Resolved } from '../../expr/expr.js';
import type { PlanNode } from '../../plan/node.js';
import type { PipelineDescription, SinkDescription, SourceDescription } from '../description.js';
import { guardBranches } from './guard-branches.js';
import { labelOf } from './label.js';
import { ProgramBuilder } from './program-builder.js';
import type { Register } from './program-builder.js';

/** Something a name stands for; put into the program when first used, so that filters in between come before it. */
type Value = () => Register;

/** Rows kept of a stream, cut when it ends in a sink or is stored. */
export interface Cut {
  readonly limit: number;
  readonly offset: number;
}

export class Stream {
  readonly source: SourceDescription;
  /** The steps of the plan that run in this pipeline, for `explain`. */
  readonly nodes: PlanNode[] = [];
  cut: Cut | undefined;
  readonly #program: ProgramBuilder;
  #names: ReadonlyMap<string, Value>;

  /** `columns`: name and type of each of the source's columns, in the order of `source.columns`. */
  constructor(
    source: SourceDescription,
    columns: readonly { readonly name: string; readonly type: DataType }[],
  ) {
    this.source = source;
    this.#program = new ProgramBuilder(columns.map((column) => column.type));
    this.#names = new Map(columns.map(({ name }, i) => [name, () => this.#program.input(i)]));
  }

  /** The value of an expression for each row that is left. */
  evaluate(expr: Resolved): Register {
    return this.#emit(guardBranches(expr), this.#names);
  }

  /** The value that a name stands for. */
  column(name: string): Register {
    return valueOf(this.#names, name)();
  }

  /** Keeps the rows for which the condition is true. */
  filter(condition: Resolved): void {
    this.#program.filter(this.evaluate(condition), labelOf(condition));
  }

  /** From now on names are these. Nothing is computed before somebody asks for it. */
  rename(columns: readonly { readonly name: string; readonly expr: Resolved }[]): void {
    const below = this.#names;
    this.#names = new Map(
      columns.map(({ name, expr }) => {
        let register: Register | undefined;
        return [name, () => (register ??= this.#emit(guardBranches(expr), below))];
      }),
    );
  }

  /** The pipeline that hands these values to a sink. */
  finish(outputs: readonly Register[], sink: SinkDescription): PipelineDescription {
    return Object.freeze({ source: this.source, program: this.#program.finish(outputs), sink });
  }

  /** `seen`: parts that are shared are walked once. */
  #emit(expr: Resolved, names: ReadonlyMap<string, Value>, seen = new Map<Resolved, Register>()): Register {
    const known = seen.get(expr);
    if (known !== undefined) return known;
    const register = this.#emitNew(expr, names, seen);
    seen.set(expr, register);
    return register;
  }

  #emitNew(expr: Resolved, names: ReadonlyMap<string, Value>, seen: Map<Resolved, Register>): Register {
    switch (expr.kind) {
      case 'column':
        return valueOf(names, expr.name)();
      case 'constant':
        return this.#program.constant(expr.value, expr.type);
      case 'operation': {
        const args = expr.args.map((arg) => this.#emit(arg, names, seen));
        return this.#program.operation(expr.op, expr.type, args, expr.params, () => labelOf(expr));
      }
    }
  }
}

function valueOf(names: ReadonlyMap<string, Value>, name: string): Value {
  const value = names.get(name);
  assert(value !== undefined, `that the planned column ${JSON.stringify(name)} exists`);
  return value;
}
