/** `knnJoin` and `radiusJoin`: each row with the rows nearest to it. */
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import { knownMetric } from '../../data/metric.js';
import type { Schema } from '../../data/schema.js';
import { searchMethods } from '../../native/search-plan.js';
import type { NeighborJoin, PlanNode } from '../../plan/node.js';
import { knnJoin as knnJoinNode } from '../../plan/nodes/knn-join.js';
import type { NeighborJoinWishes } from '../../plan/nodes/neighbor-join.js';
import { radiusJoin as radiusJoinNode } from '../../plan/nodes/radius-join.js';
import { columnName, optionsOf } from '../names.js';
import type { QueryState } from '../state.js';
import { withPlan } from '../state.js';
import { listOf, oneOf, textOf, wrongOption } from './option-values.js';

const OPTIONS = [
  'on',
  'radius',
  'metric',
  'by',
  'nulls',
  'excludeSelf',
  'missing',
  'method',
  'suffix',
  'rank',
  'distance',
];

export function knnJoin(state: QueryState, reference: PlanNode, options: unknown): QueryState {
  const given = optionsOf(options, ['k', ...OPTIONS], 'knnJoin');
  const wishes = wishesOf(state.plan, reference, given, 'knnJoin');
  return withPlan(
    state,
    knnJoinNode(state.plan, reference, { ...wishes, k: given['k'], radius: given['radius'] }),
  );
}

export function radiusJoin(state: QueryState, reference: PlanNode, options: unknown): QueryState {
  const given = optionsOf(options, OPTIONS, 'radiusJoin');
  const wishes = wishesOf(state.plan, reference, given, 'radiusJoin');
  return withPlan(state, radiusJoinNode(state.plan, reference, { ...wishes, radius: given['radius'] }));
}

type Given = Readonly<Record<string, unknown>>;

function wishesOf(queries: PlanNode, reference: PlanNode, given: Given, verb: string): NeighborJoinWishes {
  const on = coordinatesOf(given['on'], queries.schema, reference.schema, verb);
  const rank = textOf(given['rank'], 'rank', 'rank', verb);
  const distance = textOf(given['distance'], 'distance', 'distance', verb);
  const suffix = textOf(given['suffix'], '_right', 'suffix', verb);
  const taken = new Set([...queries.schema.names, rank, distance]);
  const self = given['excludeSelf'] ?? reference === queries;
  if (typeof self !== 'boolean') throw wrongOption(verb, 'excludeSelf', 'true or false');
  return {
    on,
    by: keysOf(given['by'], queries.schema, reference.schema, verb),
    nulls: oneOf(given['nulls'], ['never', 'match'], 'nulls', verb),
    metric: knownMetric(given['metric'], verb),
    excludeSelf: self,
    missing: oneOf(given['missing'], ['error', 'skip'], 'missing', verb),
    method: methodOf(given['method'], verb),
    rank,
    distance,
    columns: reference.schema.names.map((source) => ({
      name: taken.has(source) ? `${source}${suffix}` : source,
      source,
    })),
  };
}

function coordinatesOf(on: unknown, left: Schema, right: Schema, verb: string): NeighborJoin['on'] {
  if (on === undefined || on === null)
    throw new EngineError('argument', `${verb} needs the columns to measure by: { on: ['x', 'y'] }`, {
      detail: { option: 'on' },
    });
  const sides =
    typeof on === 'object' && !Array.isArray(on)
      ? optionsOf(on, ['left', 'right'], `on of ${verb}`)
      : { left: on, right: on };
  const names = (value: unknown, schema: Schema): readonly string[] =>
    Object.freeze(listOf(value).map((name) => columnName(name, schema, `on of ${verb}`)));
  return Object.freeze({ left: names(sides['left'], left), right: names(sides['right'], right) });
}

function keysOf(by: unknown, left: Schema, right: Schema, verb: string): NeighborJoin['by'] {
  if (by === undefined) return Object.freeze([]);
  const pairs: readonly (readonly [unknown, unknown])[] =
    typeof by === 'object' && by !== null && !Array.isArray(by)
      ? Object.entries(by)
      : listOf(by).map((name) => [name, name]);
  const where = `by of ${verb}`;
  return Object.freeze(
    pairs.map(([own, other]) =>
      Object.freeze({ left: columnName(own, left, where), right: columnName(other, right, where) }),
    ),
  );
}

function methodOf(method: unknown, verb: string): string | undefined {
  if (method === undefined) return undefined;
  const methods = searchMethods();
  if (typeof method === 'string' && methods.includes(method)) return method;
  const shown = typeof method === 'string' ? method : typeof method;
  throw new EngineError(
    'argument',
    `${verb} knows no method ${JSON.stringify(shown)}${didYouMean(shown, methods, 'methods')}`,
    { detail: { option: 'method' } },
  );
}
