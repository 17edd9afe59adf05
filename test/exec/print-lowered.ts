/** Pipelines as text, so that tests of lowering read like assembly: one instruction a line, registers as %n. */
import { typeName } from '../../src/data/types.js';
import type { Constant, PipelineDescription } from '../../src/exec/description.js';

export function printPipelines(pipelines: readonly PipelineDescription[]): string {
  return pipelines.map(printPipeline).join('\n');
}

const shown = ({ value }: Constant): string => (typeof value === 'string' ? `'${value}'` : String(value));

function printPipeline({ source, program, sink }: PipelineDescription, number: number): string {
  const name = (register: number): string => {
    const constant = program.constants[register - program.inputs.length];
    return constant === undefined ? `%${register}` : shown(constant);
  };
  const first = program.inputs.length + program.constants.length;
  const zones = source.predicates.map((p) =>
    [`c${p.column}`, p.compare, ...p.constants.map(shown)].join(' '),
  );
  return [
    `pipeline ${number}: ${source.kind} ${source.index} columns ${source.columns.join(' ')}${zones.length === 0 ? '' : ` where ${zones.join(', ')}`}`,
    ...program.instructions.map(({ operation, args, params, result }, i) => {
      const operands = [...args.map(name), ...params.map((param) => `#${param}`)].join(' ');
      return operation === 'filter'
        ? `  filter ${operands}`
        : `  %${first + i} = ${operation} ${operands} : ${typeName(result)}`;
    }),
    `  ${sink.kind} [${program.outputs.map(name).join(' ')}]${printSinkFacts(sink)}`,
  ].join('\n');
}

function printSinkFacts(sink: PipelineDescription['sink']): string {
  const facts: string[] = [];
  if (sink.kind === 'aggregate') facts.push(`keys ${sink.keyCount}`);
  for (const { name, args, params, distinct } of sink.aggregates)
    facts.push(
      `${name}(${distinct ? 'distinct ' : ''}${[...args.map((arg) => `o${arg}`), ...params].join(' ')})`,
    );
  for (const key of sink.sortKeys) facts.push(`by o${key.column}${key.descending ? ' desc' : ''}`);
  if (sink.limit !== -1) facts.push(`limit ${sink.limit}`);
  if (sink.offset !== 0) facts.push(`offset ${sink.offset}`);
  if (sink.groupColumns !== 0) facts.push(`${sink.groupLimit} per first ${sink.groupColumns}`);
  if (sink.orderBlind) facts.push('order-blind');
  if (sink.kind === 'writeVtr') facts.push(`handle ${sink.handle}`);
  return facts.length === 0 ? '' : ` ${facts.join(', ')}`;
}
