/** Lowers `annoy-join`: more columns behind the queries' source, and a pipeline that keeps the reference's, if there is one. */
import type { VectorIndex } from '../../data/doors.js';
import { float64 } from '../../data/types.js';
import type { PlanNode } from '../../plan/node.js';
import { keptRows, sinkOf } from '../description.js';
import { annoyQuerySeconds } from '../search-cost.js';
import type { Lower, Lowering, ScanToOpen } from './lowering.js';
import { outputsOf } from './lowering.js';
import { castColumn } from './neighbor-join.js';
import { Stream } from './stream.js';

export const lowerAnnoyJoin: Lower<'annoy-join'> = (node, lowering) => {
  const [queries, reference] = node.inputs as readonly [PlanNode, PlanNode?];
  const asking = lowering.whole(queries);
  const kept =
    reference === undefined ? undefined : keepRows(reference, node.columns, node.excludeSelf, lowering);
  const handle = lowering.scans.push(indexToOpen(node.searched)) - 1;
  const outputs = [
    ...node.on.map((name) => castColumn(asking, queries, name, float64)),
    ...outputsOf(asking, queries),
  ];
  const { source, program } = asking.finish(outputs, sinkOf('batches'));
  const join = {
    reference: kept,
    program,
    columns: node.columns.map((_, i) => i),
    annoy: {
      handle,
      coordinates: node.on.length,
      k: node.k,
      searchK: node.searchK ?? 0,
      skipMissing: node.missing === 'skip',
      excludeSelf: node.excludeSelf,
      querySeconds: annoyQuerySeconds(node),
    },
  };
  const stream = new Stream({ ...source, joins: [...(source.joins ?? []), join] }, node.schema.fields);
  stream.nodes.push(...asking.nodes);
  return stream;
};

/** The pipeline whose sink has these columns of the rows. One that nobody wants counts them when there is no other. */
function keepRows(
  reference: PlanNode,
  columns: readonly { readonly source: string }[],
  numbered: boolean,
  lowering: Lowering,
): number {
  const stream = lowering.whole(reference);
  const names =
    columns.length === 0 ? reference.schema.names.slice(0, 1) : columns.map(({ source }) => source);
  return lowering.end(
    stream,
    names.map((name) => stream.column(name)),
    sinkOf('neighbors', { neighbors: keptRows(numbered) }),
  );
}

/** An index as what a query opens before it runs, beside its sources. */
function indexToOpen(searched: VectorIndex): ScanToOpen {
  const { label } = searched;
  return {
    source: {
      label,
      async open() {
        const opened = await searched.open();
        return { scan: opened.index, columns: [], close: async () => opened.close() };
      },
      ...(searched.fingerprint === undefined ? {} : { fingerprint: async () => searched.fingerprint!() }),
    },
    columns: [],
    predicates: [],
  };
}
