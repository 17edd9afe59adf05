/** Lowers `scan`: the start of a pipeline, with the ranges that let the source skip. */
import { assert } from '../../base/assert.js';
import { zonePredicates } from '../../plan/zone-predicate.js';
import type { Lower } from './lowering.js';
import { Stream } from './stream.js';

export const lowerScan: Lower<'scan'> = (node, lowering) => {
  // Only what is read can be tested: the positions of predicates are positions among the columns read.
  const predicates = node.predicates
    .flatMap((predicate) => zonePredicates(predicate, node.source.schema))
    .filter(({ column }) => node.schema.has(column));
  const { source, columns, rows } = node;
  assert(rows === undefined || source.rangeable !== undefined, 'that a range is asked of a rangeable source');
  const opened = source.rangeable === 'source' ? rows : undefined;
  const index = lowering.scans.push({ source, columns, predicates, rows: opened }) - 1;
  return new Stream(
    {
      kind: 'scan',
      index,
      columns: node.columns.map((_, i) => i),
      predicates: predicates.map(({ column, compare, values }) => ({
        column: node.schema.indexOf(column),
        compare,
        constants: values.map((value) => ({ type: node.schema.field(column)!.type, value })),
      })),
      // A source that leaves out the others itself still has its rows numbered from the first one on.
      rows,
    },
    node.schema.fields,
  );
};
