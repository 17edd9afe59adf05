/** Rows on which the laws of a fold are tried: a bounded sample from all over the input, and random cuts of it. */
import type { RunOptions } from '../exec/run-options.js';
import type { Table } from '../data/table.js';
import { limit } from '../plan/nodes/limit.js';
import { rowsOfScan } from '../plan/nodes/scan.js';
import { rangeableScan, withRows } from '../plan/with-rows.js';
import type { FoldTarget } from './fold-target.js';

/** Places of the input that a sample is taken from, where it can be read from anywhere. */
const samplePlaces = 8;

/** Rows that follow each other in the input. */
interface Stretch {
  readonly table: Table;
  /** `rows 10 to 19`, given positions in the stretch. */
  readonly label: (first: number, end: number) => string;
}

/** Rows of a sample by number; a chunk is `first` up to `end`. */
export interface Chunk {
  readonly first: number;
  readonly end: number;
}

/** Random whole numbers below a limit, the same for the same seed. */
export type Random = (below: number) => number;

/** Mulberry32: 32 bits of state, good enough to choose cuts. */
export function randomNumbers(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export class LawSample {
  readonly #stretches: readonly Stretch[];
  readonly rows: number;

  private constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches.filter(({ table }) => table.numRows > 0);
    this.rows = this.#stretches.reduce((sum, { table }) => sum + table.numRows, 0);
  }

  /** Some `rows` rows of the target; from its start only, where it cannot be read from anywhere else. */
  static async take({ plan, executor }: FoldTarget, rows: number, options: RunOptions): Promise<LawSample> {
    const scan = rangeableScan(plan);
    const all = scan === undefined ? undefined : rowsOfScan(scan);
    if (scan === undefined || all === undefined || all.end - all.first <= rows) {
      const table = await executor.collect(limit(plan, rows), options);
      return new LawSample([{ table, label: (first, end) => rowsText(first, end, 0) }]);
    }
    const each = Math.max(1, Math.floor(rows / samplePlaces));
    const span = all.end - all.first - each;
    const stretches: Stretch[] = [];
    for (let i = 0; i < samplePlaces; i++) {
      const first = all.first + Math.floor((span * i) / (samplePlaces - 1));
      const table = await executor.collect(withRows(plan, { first, end: first + each }), options);
      // Where a filter leaves rows out, only the stretch is known.
      const exact = table.numRows === each;
      stretches.push({
        table,
        label: (from, to) =>
          exact ? rowsText(from, to, first) : `some of ${rowsText(0, each, first)} of ${scan.source.label}`,
      });
    }
    return new LawSample(stretches);
  }

  /** The rows of a chunk as batches, cut further at random when `random` is given. */
  batches({ first, end }: Chunk, random?: Random): Table[] {
    const batches: Table[] = [];
    let start = 0;
    for (const { table } of this.#stretches) {
      let from = Math.max(0, first - start);
      const to = Math.min(table.numRows, end - start);
      while (from < to) {
        const step = random === undefined ? to - from : 1 + random(to - from);
        batches.push(table.slice(from, from + step));
        from += step;
      }
      start += table.numRows;
    }
    return batches;
  }

  /** Where the rows of a chunk are in the input. */
  label({ first, end }: Chunk): string {
    const labels: string[] = [];
    let start = 0;
    for (const { table, label } of this.#stretches) {
      const from = Math.max(0, first - start);
      const to = Math.min(table.numRows, end - start);
      if (from < to) labels.push(label(from, to));
      start += table.numRows;
    }
    if (labels.length === 0) return 'no rows';
    const [head = '', ...more] = labels;
    if (more.length > 1) return `${head}, …, ${more.at(-1) ?? ''}`;
    return labels.join(' and ');
  }

  /** All rows in `count` chunks that follow each other, cut anywhere; some may be empty. */
  cut(count: number, random: Random): Chunk[] {
    const points = Array.from({ length: count - 1 }, () => random(this.rows + 1)).sort((a, b) => a - b);
    return [...points, this.rows].map((end, i) => ({ first: points[i - 1] ?? 0, end }));
  }
}

function rowsText(first: number, end: number, start: number): string {
  const shown = (row: number): string => row.toLocaleString('en-US');
  if (end - first === 1) return `row ${shown(start + first)}`;
  return `rows ${shown(start + first)} to ${shown(start + end - 1)}`;
}
