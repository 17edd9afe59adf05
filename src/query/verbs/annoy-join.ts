/** `annoyJoin`: each row with what an index finds near it, approximately. */
import { EngineError } from '../../base/engine-error.js';
import { annoyMetricIds } from '../../data/annoy-metric.js';
import type { VectorIndex } from '../../data/doors.js';
import type { PlanNode } from '../../plan/node.js';
import { annoyJoin as annoyJoinNode } from '../../plan/nodes/annoy-join.js';
import { columnName, optionsOf } from '../names.js';
import type { QueryState } from '../state.js';
import { withPlan } from '../state.js';
import { listOf, oneOf, textOf, wrongOption } from './option-values.js';

const VERB = 'annoyJoin';
const OPTIONS = [
  'on',
  'k',
  'searchK',
  'reference',
  'excludeSelf',
  'missing',
  'suffix',
  'rank',
  'distance',
  'index',
];

/** @param planOf the plan of the query given as reference */
export function annoyJoin(
  state: QueryState,
  index: unknown,
  options: unknown,
  planOf: (query: unknown) => PlanNode,
): QueryState {
  const searched = indexOf(index);
  const given = optionsOf(options, OPTIONS, VERB);
  const reference = given['reference'] === undefined ? undefined : planOf(given['reference']);
  const rank = textOf(given['rank'], 'rank', 'rank', VERB);
  const distance = textOf(given['distance'], 'distance', 'distance', VERB);
  const number = textOf(given['index'], 'index', 'index', VERB);
  const suffix = textOf(given['suffix'], '_right', 'suffix', VERB);
  const taken = new Set([...state.plan.schema.names, rank, distance, number]);
  const self = given['excludeSelf'] ?? reference === state.plan;
  if (typeof self !== 'boolean') throw wrongOption(VERB, 'excludeSelf', 'true or false');
  const node = annoyJoinNode(state.plan, reference, {
    searched,
    on: coordinatesOf(given['on'], state.plan),
    k: given['k'],
    searchK: given['searchK'],
    excludeSelf: self,
    missing: oneOf(given['missing'], ['error', 'skip'], 'missing', VERB),
    rank,
    distance,
    index: number,
    columns: Object.freeze(
      (reference?.schema.names ?? []).map((source) =>
        Object.freeze({ name: taken.has(source) ? `${source}${suffix}` : source, source }),
      ),
    ),
  });
  return withPlan(state, node);
}

function coordinatesOf(on: unknown, queries: PlanNode): readonly string[] {
  if (on === undefined || on === null)
    throw new EngineError('argument', `${VERB} needs the columns to measure by: { on: ['x', 'y'] }`, {
      detail: { option: 'on' },
    });
  return Object.freeze(listOf(on).map((name) => columnName(name, queries.schema, `on of ${VERB}`)));
}

function indexOf(value: unknown): VectorIndex {
  if (isVectorIndex(value)) return value;
  throw new EngineError(
    'argument',
    `${VERB} searches an index, such as buildAnnoy() and openAnnoy() give` +
      (value instanceof Promise ? '; this is a promise of something: await it first' : ''),
    { detail: { option: 'index' } },
  );
}

function isVectorIndex(value: unknown): value is VectorIndex {
  if (typeof value !== 'object' || value === null) return false;
  const member = (name: keyof VectorIndex): unknown => Reflect.get(value, name);
  const metric = member('metric');
  return (
    typeof member('label') === 'string' &&
    typeof metric === 'string' &&
    Object.hasOwn(annoyMetricIds, metric) &&
    [member('rows'), member('columns'), member('trees')].every(Number.isSafeInteger) &&
    typeof member('usualSearchK') === 'function' &&
    typeof member('open') === 'function'
  );
}
