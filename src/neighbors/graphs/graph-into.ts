/** A graph made into columns on disk: the columns are checked first, and go away again if they were made in vain. */
import type { NativeEdges } from '../../native/graph.js';
import { countEdgeRows, edgeRows } from '../../native/graph.js';
import type { KnownSearch } from '../search-options.js';
import { taskOptions } from '../search-options.js';
import { edgeMemory } from './graph-options.js';
import type { Symmetrize } from './graph-options.js';
import type { OpenColumns, PendingColumns } from './graph-destinations.js';
import { knownInto, openColumns } from './graph-destinations.js';
import type { GraphFacts } from './graph.js';
import { WrittenGraph, writeRows } from './write-graph.js';

/** What was written, and where. */
export interface ColumnsWritten {
  readonly edges: number;
  readonly columns: OpenColumns;
}

/**
 * @param files that the search reads   @param write searches and writes; asks for the columns when it knows their length
 */
export async function intoColumns(
  into: unknown,
  facts: GraphFacts,
  values: boolean,
  files: readonly string[],
  write: (pending: PendingColumns) => Promise<ColumnsWritten>,
): Promise<WrittenGraph> {
  const highest = facts.nodes - 1 + facts.base;
  const pending = await openColumns(knownInto(into, values), { highest, values, files });
  let complete = false;
  try {
    const { edges, columns } = await write(pending);
    complete = true;
    return new WrittenGraph(facts, edges, columns.written);
  } finally {
    await pending.close(complete);
  }
}

/** Bytes of an edge that is made and written, twice over since one block is written while the next is made. */
const edgeBytes = 64;

/** Edges made at once. */
export function mostEdges(search: KnownSearch): number {
  return Math.max(1, Math.floor(edgeMemory(search) / 4 / edgeBytes));
}

/** Filed edges counted, then made partition by partition. */
export async function writeFiledEdges(
  edges: NativeEdges,
  rule: Symmetrize,
  asked: { readonly pairs: 'both' | 'once'; readonly values: boolean; readonly search: KnownSearch },
  pending: PendingColumns,
): Promise<ColumnsWritten> {
  const { search, values } = asked;
  const { threads, base, signal } = search;
  const once = asked.pairs === 'once';
  const counted = await countEdgeRows(edges, { rule, once, threads }, { signal });
  const columns = await pending.ready(counted.edges);
  const { partitions, partitionRows, rows } = edges;
  await writeRows(
    {
      units: partitions,
      rowsPerUnit: partitionRows,
      offsets: counted.offsets,
      mostEdges: mostEdges(search),
      make(first, end) {
        const before = first * partitionRows;
        const here = Math.min(rows, end * partitionRows) - before;
        return edgeRows(
          edges,
          {
            rule,
            once,
            first,
            end,
            values: values && columns.value !== undefined,
            sources: true,
            base,
            threads,
          },
          taskOptions(search, 'write', rows, before, here),
        );
      },
    },
    columns,
    base,
  );
  return { edges: counted.edges, columns };
}
