/** What a model is of: the response, the terms, weights and offset, from columns and expressions by name. */
import { EngineError } from '../../base/engine-error.js';
import type { PlanNode } from '../../plan/node.js';
import { columnsOf } from '../../plan/expressions.js';
import { project } from '../../plan/nodes/project.js';
import type { DataType } from '../../data/types.js';
import { isNumeric, typeName } from '../../data/types.js';
import { argumentOf, isRecord, nameOf, namedArguments } from '../ready/fold-arguments.js';
import type { NamedArgument } from '../ready/fold-arguments.js';

/** What the intercept is called among the terms. */
export const interceptName = '(Intercept)';

export interface ModelTerms {
  readonly response: NamedArgument;
  /** Without the intercept. */
  readonly terms: readonly NamedArgument[];
  readonly intercept: boolean;
  readonly weights: NamedArgument | undefined;
  readonly offset: NamedArgument | undefined;
}

export interface ModelArguments {
  readonly y?: unknown;
  readonly x?: unknown;
  readonly weights?: unknown;
  readonly offset?: unknown;
  readonly intercept?: unknown;
}

/**
 * @param where what takes them: `lm`
 * @throws EngineError `argument`
 */
export function modelTerms(given: ModelArguments, where: string): ModelTerms {
  if (given.y === undefined)
    throw new EngineError('argument', `${where} takes the response as y: { y: 'delay', x: … }`);
  const { intercept = true } = given;
  if (typeof intercept !== 'boolean')
    throw new EngineError('argument', `intercept of ${where} must be true or false`);
  const terms = given.x === undefined ? [] : termList(given.x, where);
  if (terms.length === 0 && !intercept)
    throw new EngineError('argument', `${where} without an intercept takes at least one term as x`);
  if (intercept && terms.some(({ name }) => name === interceptName))
    throw new EngineError('argument', `a term cannot be called ${interceptName} beside the intercept`);
  return {
    response: single(given.y, `${where} y`),
    terms,
    intercept,
    weights: given.weights === undefined ? undefined : single(given.weights, `${where} weights`),
    offset: given.offset === undefined ? undefined : single(given.offset, `${where} offset`),
  };
}

function termList(x: unknown, where: string): readonly NamedArgument[] {
  if (Array.isArray(x) && x.length === 0) return [];
  const values: readonly unknown[] = Array.isArray(x) ? (x as unknown[]) : [x];
  const { named, options } = namedArguments(values, `${where} x`);
  if (options !== undefined)
    throw new EngineError('argument', `${where} x takes names and expressions, or one record of them`);
  return named;
}

function single(value: unknown, where: string): NamedArgument {
  if (isRecord(value)) {
    const { named } = namedArguments([value], where);
    if (named.length === 1) return named[0]!;
  }
  const expr = argumentOf(value, where);
  return { name: nameOf(expr), expr };
}

/** All that a model computes of a row: the response, the terms, then weights and offset where given. */
export function modelColumns(model: ModelTerms): readonly NamedArgument[] {
  const { response, terms, weights, offset } = model;
  return [
    response,
    ...terms,
    ...(weights === undefined ? [] : [weights]),
    ...(offset === undefined ? [] : [offset]),
  ];
}

/** The columns that a model reads. */
export function modelReads(model: ModelTerms): readonly string[] {
  const names = new Set<string>();
  for (const { expr } of modelColumns(model)) columnsOf(expr, names);
  return [...names];
}

/** The names of the coefficients. */
export function coefficientNames(model: ModelTerms): readonly string[] {
  const names = model.terms.map(({ name }) => name);
  return model.intercept ? [interceptName, ...names] : names;
}

/** `delay ~ distance + hour`, ` + 0` without an intercept. */
export function formulaOf(model: ModelTerms): string {
  const parts = model.terms.map(({ name }) => name);
  if (parts.length === 0) parts.push('1');
  if (!model.intercept) parts.push('0');
  return `${model.response.name} ~ ${parts.join(' + ')}`;
}

/**
 * Checks that all a model computes are numbers or booleans.
 *
 * @returns the names of those that are booleans
 * @throws EngineError `type` for what is neither, `plan` for an unknown column
 */
export function checkNumbers(plan: PlanNode, model: ModelTerms, where: string): ReadonlySet<string> {
  const booleans = new Set<string>();
  for (const { name, expr } of modelColumns(model)) {
    const type = project(plan, [{ name: 'x', expr }]).schema.fields[0]!.type;
    if (type.kind === 'bool') booleans.add(name);
    else if (!isNumeric(type)) throw noNumbers(name, type, where);
  }
  return booleans;
}

function noNumbers(name: string, type: DataType, where: string): EngineError {
  const quoted = JSON.stringify(name);
  const remedy =
    type.kind === 'utf8' ? `; make a column for each level: { isA: col(${quoted}).eq('a') }` : '';
  return new EngineError('type', `${where} takes numbers; ${quoted} is ${typeName(type)}${remedy}`, {
    detail: { column: name },
  });
}
