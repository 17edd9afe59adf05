/** The edges of a graph written to columns, block by block: one block is written while the next is made. */
import { inspect } from 'node:util';
import type { NativeRows } from '../../native/graph.js';
import type { OpenColumns, WrittenColumns } from './graph-destinations.js';
import { countFromOne } from '../results.js';
import { rowOfCells } from './directed-edges.js';
import type { GraphFacts } from './graph.js';
import type { ListBlock } from './list-blocks.js';

/** A graph that lies in matrices on disk. Prints itself. */
export class WrittenGraph implements GraphFacts {
  readonly nodes: number;
  readonly base: 0 | 1;
  readonly directed: boolean;
  readonly pairs: 'both' | 'once';
  readonly label: string;
  /** Rows of every column. */
  readonly edges: number;
  /** Descriptors of the columns. */
  readonly into: WrittenColumns;

  constructor(facts: GraphFacts, edges: number, into: WrittenColumns) {
    this.nodes = facts.nodes;
    this.base = facts.base;
    this.directed = facts.directed;
    this.pairs = facts.pairs;
    this.label = facts.label;
    this.edges = edges;
    this.into = into;
  }

  toString(): string {
    const { from, to, value } = this.into;
    const number = (count: number): string => count.toLocaleString('en-US');
    return [
      `${this.label}: ${number(this.nodes)} nodes, ${number(this.edges)} edges, base ${String(this.base)}`,
      `  from ${from}`,
      `  to ${to}`,
      ...(value === undefined ? [] : [`  value ${value}`]),
    ].join('\n');
  }

  [inspect.custom](): string {
    return `WrittenGraph ${this.toString()}`;
  }
}

/** Edges as three arrays that are written in one go; nodes already count from the base. */
interface EdgeBlock {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly value: Float64Array | null;
}

async function writeBlocks(
  blocks: AsyncIterable<EdgeBlock>,
  columns: OpenColumns,
  base: 0 | 1,
): Promise<void> {
  let at = 0;
  let written = Promise.resolve();
  try {
    for await (const block of blocks) {
      await written;
      written = writeBlock(columns, at, block, base);
      // A failure is met at the next await; until then it must not count as unhandled.
      written.catch(() => undefined);
      at += block.to.length;
    }
  } finally {
    await written;
  }
  await columns.flush();
}

async function writeBlock(columns: OpenColumns, at: number, block: EdgeBlock, base: 0 | 1): Promise<void> {
  await columns.from.writeRowNumbers(at, block.from, base);
  await columns.to.writeRowNumbers(at, block.to, base);
  if (block.value !== null) await columns.value?.writeNumbers(at, block.value);
}

/** Directed edges straight from lists: k rows of the columns for each row of the reference, also where a list is shorter. */
export async function writeLists(
  blocks: AsyncIterable<ListBlock>,
  k: number,
  ones: boolean,
  columns: OpenColumns,
  base: 0 | 1,
): Promise<void> {
  async function* edges(): AsyncGenerator<EdgeBlock> {
    for await (const { firstRow, index, distance } of blocks) {
      if (base === 1) await countFromOne(index);
      const from = await rowOfCells(firstRow + base, index.length, k);
      const value =
        columns.value === undefined ? null : ones ? new Float64Array(index.length).fill(1) : distance;
      yield { from, to: index, value };
    }
  }
  await writeBlocks(edges(), columns, base);
}

/** Units of rows (partitions, or single rows) that are made at once. */
export interface RowUnits {
  readonly units: number;
  readonly rowsPerUnit: number;
  /** As counted: edges of row r are offsets[r + 1] − offsets[r]. */
  readonly offsets: Float64Array;
  /** Edges made at once, as far as one unit allows. */
  readonly mostEdges: number;
  /** Rows of units first … end, with sources. */
  make(first: number, end: number): Promise<NativeRows>;
}

/** Counted edges, made group of rows by group of rows. */
export async function writeRows(rows: RowUnits, columns: OpenColumns, base: 0 | 1): Promise<void> {
  const { units, rowsPerUnit, offsets, mostEdges } = rows;
  const edgesBefore = (unit: number): number => offsets[Math.min(offsets.length - 1, unit * rowsPerUnit)]!;
  async function* edges(): AsyncGenerator<EdgeBlock> {
    for (let first = 0; first < units;) {
      let end = first + 1;
      while (end < units && edgesBefore(end + 1) - edgesBefore(first) <= mostEdges) end += 1;
      const made = await rows.make(first, end);
      yield { from: made.sources ?? new Uint32Array(0), to: made.columns, value: made.values ?? null };
      first = end;
    }
  }
  await writeBlocks(edges(), columns, base);
}
