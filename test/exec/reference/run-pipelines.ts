/** Runs pipelines as the native engine would, one row at a time: what lowering says, and nothing else. */
import type {
  PipelineDescription,
  ProgramDescription,
  SinkDescription,
  ZonePredicate,
} from '../../../src/exec/description.js';
import type { LoweredQuery } from '../../../src/exec/lower/index.js';
import type { Value } from './operations.js';
import { operations } from './operations.js';
import type { Row } from './row-steps.js';
import { aggregateRows, cutGroups, cutRows, groupRows, sortRows } from './row-steps.js';
import type { Tables } from './run-plan.js';

export function runPipelines({ description, scans }: LoweredQuery, tables: Tables): readonly Row[] {
  const results: (readonly Row[])[] = [];
  for (const pipeline of description.pipelines) {
    const { source } = pipeline;
    const read =
      source.kind === 'pipeline'
        ? results[source.index]!
        : (() => {
            const { source: table, columns } = scans[source.index]!;
            const places = columns.map((name) => table.schema!.indexOf(name));
            return tables.get(table.label)!.map((row) => places.map((place) => row[place]!));
          })();
    const rows = read.map((row) => source.columns.map((column) => row[column]!));
    const useful = rows.filter((row) => source.predicates.every((predicate) => mayHold(predicate, row)));
    results.push(sink(pipeline.sink, runProgram(pipeline, useful)));
  }
  return results.at(-1)!;
}

/** A source that skips all it may: exactly the rows that a predicate excludes. */
function mayHold({ column, compare, constants }: ZonePredicate, row: Row): boolean {
  const values = constants.map(({ value }) => (typeof value === 'bigint' ? Number(value) : (value as Value)));
  const operation = operations.get(compare);
  if (operation === undefined) throw new Error(`the reference has no comparison ${compare}`);
  return operation([row[column]!, ...values], { kind: 'bool' }) === true;
}

function runProgram({ program }: PipelineDescription, rows: readonly Row[]): readonly Row[] {
  const out: Row[] = [];
  for (const row of rows) {
    const registers = runRow(program, row);
    if (registers !== undefined) out.push(program.outputs.map((register) => registers[register]!));
  }
  return out;
}

/** The registers of a row, or undefined when a filter drops it; nothing after that filter is computed for it. */
function runRow(program: ProgramDescription, row: Row): readonly Value[] | undefined {
  const constants = program.constants.map(({ value }) =>
    typeof value === 'bigint' ? Number(value) : (value as Value),
  );
  const registers: Value[] = [...row, ...constants];
  if (registers.length !== program.inputs.length + constants.length)
    throw new Error('inputs do not fit the source');
  for (const { operation, args, result } of program.instructions) {
    const values = args.map((arg) => {
      if (arg >= registers.length) throw new Error('a register is read before it is written');
      return registers[arg]!;
    });
    if (operation === 'filter') {
      if (values[0] !== true) return undefined;
      registers.push(null);
    } else {
      const compute = operations.get(operation);
      if (compute === undefined) throw new Error(`the reference has no operation ${operation}`);
      registers.push(compute(values, result));
    }
  }
  return registers;
}

function sink(facts: SinkDescription, rows: readonly Row[]): readonly Row[] {
  const { limit, offset } = facts;
  if (facts.kind === 'aggregate') return aggregateSink(facts, rows);
  if (facts.kind !== 'sort') return cutRows(rows, limit, offset);
  const sorted = sortRows(
    rows,
    facts.sortKeys.map(({ column, descending }) => ({ at: column, descending })),
  );
  const places = facts.sortKeys.slice(0, facts.groupColumns).map((key) => key.column);
  return cutRows(facts.groupLimit < 0 ? sorted : cutGroups(sorted, places, facts.groupLimit), limit, offset);
}

function aggregateSink(facts: SinkDescription, rows: readonly Row[]): readonly Row[] {
  const places = Array.from({ length: facts.keyCount }, (_, i) => i);
  const groups = facts.keyCount === 0 ? [[...rows]] : groupRows(rows, places);
  const out = groups.map((group) => [
    ...places.map((place) => group[0]![place]!),
    ...facts.aggregates.map(({ name, args }) =>
      aggregateRows(
        name,
        args.map((arg) => group.map((row) => row[arg]!)),
        group.length,
      ),
    ),
  ]);
  // Whoever declared itself blind to the order must bear any.
  return facts.orderBlind ? out.reverse() : out;
}
