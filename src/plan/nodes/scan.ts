/** The `scan` node: rows of a source, reading only some columns, skipping what predicates exclude. */
import type { RowRange, Source } from '../../data/doors.js';
import { Schema } from '../../data/schema.js';
import type { Expr } from '../../expr/expr.js';
import { unknownColumn } from '../../expr/unknown-column.js';
import { printExpr } from '../../expr/print-expr.js';
import { readsOnly } from '../definitions.js';
import { mapSame } from '../expressions.js';
import { impliedBy } from '../implied.js';
import type { ScanNode } from '../node.js';
import { columnList } from '../print-list.js';
import type { NodeDefinition } from './definition.js';

/**
 * Rows of `source`.
 *
 * @param columns those to read, in order; all by default
 * @param predicates conditions that rows must meet to be of use; the source may skip what they exclude, and may not
 * @param rows only these rows of a source that is `rangeable`
 * @throws EngineError `plan` for a column the source does not have
 */
export function scan(
  source: Source,
  columns?: readonly string[],
  predicates: readonly Expr[] = [],
  rows?: RowRange,
): ScanNode {
  const names = columns ?? source.schema.names;
  const fields = names.map((name) => {
    const field = source.schema.field(name);
    if (field !== undefined) return field;
    throw unknownColumn(name, source.schema.names);
  });
  return Object.freeze({
    kind: 'scan',
    source,
    columns: Object.freeze([...names]),
    predicates: Object.freeze([...predicates]),
    rows,
    inputs: Object.freeze([]),
    schema: new Schema(fields),
  });
}

/** The rows that a scan reads, counted from 0 in its source; undefined when the source does not know how many it has. */
export function rowsOfScan({ source, rows }: ScanNode): RowRange | undefined {
  if (source.rows === undefined) return rows;
  const end = Math.min(rows?.end ?? source.rows, source.rows);
  return Object.freeze({ first: Math.min(rows?.first ?? 0, end), end });
}

/** `0 to 41`; `none`. */
function printRange({ first, end }: RowRange): string {
  return first < end ? `${first} to ${end - 1}` : 'none';
}

export const scanDefinition: NodeDefinition<ScanNode> = {
  kind: 'scan',
  withInputs: (node) => node,
  mapExpressions(node, change) {
    const predicates = mapSame(node.predicates, change);
    return predicates === node.predicates ? node : scan(node.source, node.columns, predicates, node.rows);
  },
  describe(node) {
    const all = node.columns.length > 1 && node.columns.length === node.source.schema.length;
    const which = all ? `all ${node.columns.length} columns` : columnList(node.columns);
    const implied = impliedBy(node);
    // Lists of shard numbers say nothing to a reader; how many shards are left does.
    const told = node.predicates.filter(
      (predicate) => implied === undefined || !readsOnly(predicate, [implied.predicate.column]),
    );
    const skip = told.map((predicate) => printExpr(predicate)).join(' and ');
    const pruned = implied !== undefined && told.length < node.predicates.length;
    const shards = pruned ? ` ${implied.note}` : '';
    const range = node.rows === undefined ? '' : ` rows ${printRange(node.rows)}`;
    return `${node.source.label} [${which}]${range}${shards}${skip === '' ? '' : ` skipping unless ${skip}`}`;
  },
  grade(node) {
    const { rows, schema } = node.source;
    const tier = node.source.grade === undefined ? '' : `${node.source.grade.tier}, `;
    const range = rowsOfScan(node);
    const read = range === undefined ? undefined : range.end - range.first;
    const size = read === undefined ? '' : ` of ${read.toLocaleString('en-US')} rows`;
    const all = node.source.bytes;
    const bytes =
      all === undefined || !rows || read === undefined ? all : Math.ceil(all * Math.min(1, read / rows));
    const share =
      node.columns.length === schema.length ? '' : `, ${node.columns.length} of ${schema.length} columns`;
    return Object.freeze({
      flow: 'stream',
      method: `${tier}one pass${size}${share}`,
      memory: 'constant',
      ...(bytes === undefined ? {} : { readBytes: bytes }),
    });
  },
};
