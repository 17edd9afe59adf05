/** Lowers the joins with nearest rows: a pipeline into the sink that searches, then more columns behind the queries' source. */
import { commonType } from '../../expr/common-type.js';
import { cast, column } from '../../expr/build.js';
import { resolve } from '../../expr/resolve.js';
import type { DataType, TypeKind } from '../../data/types.js';
import { float32, float64 } from '../../data/types.js';
import type { NeighborJoinNode, PlanNode } from '../../plan/node.js';
import { rowsAtMost } from '../../plan/rows-at-most.js';
import type { NeighborDescription } from '../description.js';
import { sinkOf } from '../description.js';
import type { Lowering } from './lowering.js';
import { outputsOf } from './lowering.js';
import type { Register } from './program-builder.js';
import { Stream } from './stream.js';

/** Every value of these is exactly a float32, which takes half the room. */
const SINGLE: ReadonlySet<TypeKind> = new Set(['float32', 'int8', 'int16', 'uint8', 'uint16']);

export function lowerNeighborJoin(node: NeighborJoinNode, lowering: Lowering): Stream {
  const [queries, reference] = node.inputs as readonly [PlanNode, PlanNode];
  const asking = lowering.whole(queries);
  const asked = lowering.whole(reference);

  const typeOf = (plan: PlanNode, name: string): DataType => plan.schema.field(name)!.type;
  const single = node.on.right.every((name) => SINGLE.has(typeOf(reference, name).kind));
  const keyTypes = node.by.map(({ left, right }) =>
    commonType(typeOf(queries, left), typeOf(reference, right))!,
  );
  const right = [
    ...node.on.right.map((name) => castColumn(asked, reference, name, single ? float32 : float64)),
    ...node.by.map((key, i) => castColumn(asked, reference, key.right, keyTypes[i]!)),
    ...node.columns.map(({ source }) => asked.column(source)),
  ];
  const index = lowering.end(asked, right, sinkOf('neighbors', { neighbors: neighborsOf(node, queries) }));

  const left = [
    ...node.on.left.map((name) => castColumn(asking, queries, name, float64)),
    ...node.by.map((key, i) => castColumn(asking, queries, key.left, keyTypes[i]!)),
    ...outputsOf(asking, queries),
  ];
  const { source, program } = asking.finish(left, sinkOf('batches'));
  const join = { reference: index, program, columns: node.columns.map((_, i) => i) };
  const stream = new Stream({ ...source, joins: [...(source.joins ?? []), join] }, node.schema.fields);
  stream.nodes.push(...asking.nodes);
  return stream;
}

/** A column as values of another type. */
export function castColumn(stream: Stream, plan: PlanNode, name: string, type: DataType): Register {
  return stream.evaluate(resolve(cast(column(name), type), plan.schema));
}

function neighborsOf(node: NeighborJoinNode, queries: PlanNode): NeighborDescription {
  const expected = rowsAtMost(queries);
  return {
    coordinates: node.on.right.length,
    keys: node.by.length,
    matchNulls: node.nulls === 'match',
    metric: node.metric.name,
    p: node.metric.p,
    k: node.kind === 'knn-join' ? node.k : 0,
    radius: node.radius ?? Number.POSITIVE_INFINITY,
    skipMissing: node.missing === 'skip',
    excludeSelf: node.excludeSelf,
    method: node.method ?? '',
    expectedQueries: Number.isSafeInteger(expected) ? expected : 0,
  };
}
