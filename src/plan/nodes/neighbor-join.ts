/** What the joins with nearest rows have in common: the check of their arguments, their columns, how they are shown. */
import { EngineError } from '../../base/engine-error.js';
import { checkColumnsFor, printMetric } from '../../data/metric.js';
import type { Field } from '../../data/schema.js';
import { Schema } from '../../data/schema.js';
import { float64, int32, isNumeric, typeName } from '../../data/types.js';
import { commonType } from '../../expr/common-type.js';
import type { Grade } from '../grade.js';
import type { KnnJoinNode, NeighborJoin, NeighborJoinNode, PlanNode, RadiusJoinNode } from '../node.js';
import { columnList } from '../print-list.js';
import { sameNumbers } from '../row-numbers.js';
import { inputField } from './input-field.js';

/** A join's arguments; what is absent is as `knnJoin` says. */
export type NeighborJoinWishes = Omit<NeighborJoin, 'inputs' | 'schema'>;

type MadeNode<N extends NeighborJoinNode> = Omit<N, 'inputs' | 'schema'>;

/**
 * That a row of the queries can be known among those of the reference. Asked of plans as they are written: rewriting keeps
 * it, though it no longer shows.
 *
 * @throws EngineError `argument`
 */
export function checkSelf(queries: PlanNode, reference: PlanNode, verb: string): void {
  if (sameNumbers(queries, reference)) return;
  throw new EngineError(
    'argument',
    `${verb} can only leave out a row itself when both sides are the same query, q.${verb}(q, …), ` +
      `or filters of one .vtr file; pass excludeSelf: false`,
    { detail: { option: 'excludeSelf' } },
  );
}

/**
 * The node over these inputs.
 *
 * @throws EngineError `plan` for an unknown column or a name given twice; `type` for coordinates that are no numbers and
 *   keys that cannot be compared; `argument` for lists that do not fit each other
 */
export function neighborJoin<N extends NeighborJoinNode>(
  queries: PlanNode,
  reference: PlanNode,
  made: MadeNode<N>,
): N {
  const verb = verbOf(made.kind);
  checkCoordinates(queries, reference, made, verb);
  for (const { left, right } of made.by)
    checkKey(inputField(queries, left), inputField(reference, right), verb);
  const schema = new Schema(
    [
      ...queries.schema.fields,
      { name: made.rank, type: int32, nullable: false },
      { name: made.distance, type: float64, nullable: false },
      ...made.columns.map(({ name, source }) => ({ ...inputField(reference, source), name })),
    ].map(unclashed(verb)),
  );
  // The kind's own fields are what they were; only inputs and schema are put beside them.
  return Object.freeze({ ...made, inputs: Object.freeze([queries, reference]), schema }) as unknown as N;
}

/** Refuses a name that came before. @throws EngineError `plan` */
export function unclashed(verb: string): (field: Field) => Field {
  const seen = new Set<string>();
  return (field) => {
    if (seen.size !== seen.add(field.name).size) return field;
    throw new EngineError(
      'plan',
      `${verb} would give two columns named ${JSON.stringify(field.name)}; choose other names: ` +
        `{ rank: '…', distance: '…', suffix: '…' }, or rename the column before`,
      { detail: { column: field.name } },
    );
  };
}

function checkCoordinates(
  queries: PlanNode,
  reference: PlanNode,
  { on, metric }: Pick<NeighborJoin, 'on' | 'metric'>,
  verb: string,
): void {
  if (on.left.length === 0 || on.left.length !== on.right.length) {
    throw new EngineError(
      'argument',
      `${verb} needs as many columns of the queries as of the reference in \`on\`, and at least one; ` +
        `there are ${on.left.length} and ${on.right.length}`,
      { detail: { option: 'on' } },
    );
  }
  const fields = [
    ...on.left.map((name) => inputField(queries, name)),
    ...on.right.map((name) => inputField(reference, name)),
  ];
  const wrong = fields.find((field) => !isNumeric(field.type));
  if (wrong !== undefined) {
    throw new EngineError(
      'type',
      `${verb} measures distances between numbers; the column ${JSON.stringify(wrong.name)} is ${typeName(wrong.type)}`,
      { detail: { column: wrong.name } },
    );
  }
  checkColumnsFor(metric, on.left.length, `\`on\` of ${verb}`);
}

function checkKey(left: Field, right: Field, verb: string): void {
  if (commonType(left.type, right.type) !== undefined) return;
  throw new EngineError(
    'type',
    `\`by\` of ${verb} cannot compare ${JSON.stringify(left.name)} (${typeName(left.type)}) with ` +
      `${JSON.stringify(right.name)} (${typeName(right.type)}); cast one of them before`,
    { detail: { column: left.name } },
  );
}

/** `knnJoin` for `knn-join`. */
export function verbOf(kind: NeighborJoinNode['kind']): string {
  return kind === 'knn-join' ? 'knnJoin' : 'radiusJoin';
}

/** The same join giving fewer columns of the reference. */
export function withColumns(node: NeighborJoinNode, columns: NeighborJoin['columns']): NeighborJoinNode {
  return overInputs({ ...node, columns: Object.freeze([...columns]) }, node.inputs);
}

/** The same join over other inputs. */
export function overInputs<N extends NeighborJoinNode>(node: N, inputs: readonly PlanNode[]): N {
  return neighborJoin<N>(inputs[0]!, inputs[1]!, node);
}

/** What both joins tell of `on`, `by` and the rest. */
export function printJoin(node: NeighborJoinNode): string {
  const { on, by, metric } = node;
  const named = (left: readonly string[], right: readonly string[]): string =>
    left.every((name, i) => name === right[i])
      ? columnList(left)
      : `${columnList(left)} = ${columnList(right)}`;
  const keys = named(
    by.map(({ left }) => left),
    by.map(({ right }) => right),
  );
  return [
    `on ${named(on.left, on.right)}`,
    ...(by.length === 0 ? [] : [`by ${keys}`]),
    printMetric(metric),
    ...(node.excludeSelf ? ['without the row itself'] : []),
    ...(node.missing === 'skip' ? ['skipping missing'] : []),
    ...(node.method === undefined ? [] : [`method ${node.method}`]),
  ].join(', ');
}

export function gradeJoin(node: KnnJoinNode | RadiusJoinNode): Grade {
  return Object.freeze({
    flow: 'breaker',
    method: `exact search of ${node.on.left.length} columns, queries streamed`,
    memory: 'rows of the reference',
    spills: 'its other columns',
  });
}
