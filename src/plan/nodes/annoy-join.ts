/** The `annoy-join` node: for each row of its first input some of the nearest items of an index, found approximately. */
import { checkWhole } from '../../base/assert.js';
import { EngineError } from '../../base/engine-error.js';
import { Schema } from '../../data/schema.js';
import { float64, int32, isNumeric, typeName } from '../../data/types.js';
import type { Grade } from '../grade.js';
import type { AnnoyJoinNode, PlanNode } from '../node.js';
import { columnList } from '../print-list.js';
import { keepsPlaces, sameNumbers } from '../row-numbers.js';
import type { NodeDefinition } from './definition.js';
import { inputField } from './input-field.js';
import { unclashed } from './neighbor-join.js';

/** What the engine's lists of neighbours can be asked for. */
const MOST_NEIGHBORS = 2 ** 31 - 1;

/** What is not known of `k` and `searchK` before they are checked. */
export type AnnoyJoinWishes = Omit<AnnoyJoinNode, 'kind' | 'inputs' | 'schema' | 'k' | 'searchK'> & {
  readonly k: unknown;
  /** −1 as undefined: as many as is usual. */
  readonly searchK?: unknown;
};

/**
 * The rows of `queries`, each with up to `k` items of an index, nearest first as the index measures it; rows that it finds
 * none for are left out. With `reference` (the rows that the index was built from, in their order) come columns of those.
 *
 * @throws EngineError `plan` for an unknown column or a name given twice; `type` for coordinates that are no numbers;
 *   `argument` for other than one column for each dimension, and unless `k` and `searchK` are whole and at least 1
 */
export function annoyJoin(
  queries: PlanNode,
  reference: PlanNode | undefined,
  { k, searchK, ...wishes }: AnnoyJoinWishes,
): AnnoyJoinNode {
  if (wishes.excludeSelf) checkOwnNumbers(queries, reference);
  return made(queries, reference, {
    ...wishes,
    kind: 'annoy-join',
    k: checkWhole('k of annoyJoin', k, 1, MOST_NEIGHBORS),
    searchK:
      searchK === undefined || searchK === -1 ? undefined : checkWhole('searchK of annoyJoin', searchK, 1),
  });
}

/** That a query's number is that of an item. Asked of plans as they are written, as of exact joins. */
function checkOwnNumbers(queries: PlanNode, reference: PlanNode | undefined): void {
  const known = reference === undefined ? keepsPlaces(queries) : sameNumbers(queries, reference);
  if (known) return;
  throw new EngineError(
    'argument',
    reference === undefined
      ? 'annoyJoin without a reference knows a row among the items by its place in a .vtr file; these rows have none: ' +
          'pass reference: the query that the index was built from, or excludeSelf: false'
      : 'annoyJoin can only leave out a row itself when the reference is the same query, q.annoyJoin(index, { reference: q, … }), ' +
          'or filters of one .vtr file; pass excludeSelf: false',
    { detail: { option: 'excludeSelf' } },
  );
}

function made(
  queries: PlanNode,
  reference: PlanNode | undefined,
  node: Omit<AnnoyJoinNode, 'inputs' | 'schema'>,
): AnnoyJoinNode {
  checkCoordinates(queries, node);
  const schema = new Schema(
    [
      ...queries.schema.fields,
      { name: node.rank, type: int32, nullable: false },
      { name: node.distance, type: float64, nullable: false },
      { name: node.index, type: int32, nullable: false },
      ...node.columns.map(({ name, source }) => ({ ...inputField(reference!, source), name })),
    ].map(unclashed('annoyJoin')),
  );
  const inputs = Object.freeze(reference === undefined ? [queries] : [queries, reference]);
  return Object.freeze({ ...node, inputs, schema });
}

function checkCoordinates(queries: PlanNode, { on, searched }: Pick<AnnoyJoinNode, 'on' | 'searched'>): void {
  const wrong = on.map((name) => inputField(queries, name)).find((field) => !isNumeric(field.type));
  if (wrong !== undefined) {
    throw new EngineError(
      'type',
      `annoyJoin measures distances between numbers; the column ${JSON.stringify(wrong.name)} is ${typeName(wrong.type)}`,
      { detail: { column: wrong.name } },
    );
  }
  if (on.length === searched.columns) return;
  throw new EngineError(
    'argument',
    `annoyJoin needs a column for each dimension of ${searched.label}, which has ${searched.columns}; ` +
      `\`on\` names ${on.length}`,
    { detail: { option: 'on', dimension: searched.columns, columns: on.length } },
  );
}

/** The same join giving fewer columns of its second input. */
export function withReferenceColumns(node: AnnoyJoinNode, columns: AnnoyJoinNode['columns']): AnnoyJoinNode {
  return overInputs({ ...node, columns: Object.freeze([...columns]) }, node.inputs);
}

function overInputs(node: AnnoyJoinNode, inputs: readonly PlanNode[]): AnnoyJoinNode {
  return made(inputs[0]!, inputs[1], node);
}

/** Candidates that a search collects. */
export function candidatesOf({ searchK, searched, k }: AnnoyJoinNode): number {
  return searchK ?? searched.usualSearchK(k);
}

function describe(node: AnnoyJoinNode): string {
  const { searched } = node;
  return [
    `about ${node.k.toLocaleString('en-US')} nearest in ${searched.label} on ${columnList(node.on)}`,
    searched.metric,
    `searchK ${candidatesOf(node).toLocaleString('en-US')}${node.searchK === undefined ? ' (usual)' : ''}`,
    ...(node.excludeSelf ? ['without the row itself'] : []),
    ...(node.missing === 'skip' ? ['skipping missing'] : []),
  ].join(', ');
}

function grade(node: AnnoyJoinNode): Grade {
  const method = `approximate search of ${node.searched.columns} columns, queries streamed`;
  // The index is a mapped file: what is read of it is the system's memory.
  return node.inputs.length === 1
    ? Object.freeze({ flow: 'stream', method, memory: 'constant' })
    : Object.freeze({ flow: 'breaker', method, memory: 'columns of the reference', spills: 'them' });
}

export const annoyJoinDefinition: NodeDefinition<AnnoyJoinNode> = {
  kind: 'annoy-join',
  withInputs: overInputs,
  mapExpressions: (node) => node,
  describe,
  grade,
};
