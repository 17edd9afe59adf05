/** Names of columns as verbs get them: checked to be text, to be there, and to come once. */
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import type { Schema } from '../data/schema.js';
import { ExpressionObject } from '../expr/expression.js';
import { unknownColumn } from '../expr/unknown-column.js';
import type { QueryState } from './state.js';

/**
 * @throws EngineError `argument` for what is no text, `plan` for an unknown column
 */
export function columnName(value: unknown, schema: Schema, verb: string): string {
  if (typeof value !== 'string') throw notAName(value, verb);
  if (!schema.has(value)) throw unknownColumn(value, schema.names);
  return value;
}

function notAName(value: unknown, verb: string): EngineError {
  const found =
    typeof value === 'function' || value instanceof ExpressionObject
      ? 'an expression; make it a column first: mutate({ name: … })'
      : Array.isArray(value)
        ? 'an array; write the names one after another'
        : typeof value;
  return new EngineError('argument', `${verb} takes names of columns, not ${found}`);
}

/** Several columns, each once; a name given again is left out. */
export function columnNames(values: readonly unknown[], schema: Schema, verb: string): readonly string[] {
  return [...new Set(values.map((value) => columnName(value, schema, verb)))];
}

/**
 * The option object of a verb, with nothing in it that the verb does not know.
 *
 * @throws EngineError `argument` with near names
 */
export function optionsOf(
  value: unknown,
  known: readonly string[],
  verb: string,
): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new EngineError('argument', `the options of ${verb} are an object: { ${known.join(', ')} }`);
  for (const name of Object.keys(value)) {
    if (!known.includes(name))
      throw new EngineError(
        'argument',
        `${verb} has no option ${JSON.stringify(name)}${didYouMean(name, known, 'options')}`,
      );
  }
  return value as Readonly<Record<string, unknown>>;
}

/** The group keys of a verb: those of `groupBy`, or those of its own option `by`, not both. */
export function groupsOf(state: QueryState, by: unknown, verb: string): readonly string[] {
  if (by === undefined) return state.groups;
  const keys = columnNames(
    Array.isArray(by) ? (by as readonly unknown[]) : [by],
    state.plan.schema,
    `by of ${verb}`,
  );
  if (state.groups.length > 0)
    throw new EngineError(
      'argument',
      `${verb} has { by } though groupBy() was given before; use one of them`,
    );
  return keys;
}
