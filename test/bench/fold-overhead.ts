/**
 * `npm run bench -- fold-overhead [--rows 1e7]`: what a JavaScript fold over batches costs beside its callback and the
 * scan: the same file streamed, and folded by a sum of one typed column; medians of several runs, taken in turn.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { tbl } from 'spillway';
import { benchData } from './queries/data.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1e7' },
    runs: { type: 'string', default: '9' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
});
const threads = Number(values.threads);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

const combine = (a: number, b: number): number => a + b;
const algebras = {
  sequential: { init: 0 },
  ordered: { init: 0, combine },
  commutative: { init: 0, combine, commutative: true },
};

async function main(): Promise<void> {
  const { vtr } = await benchData('num', Number(values.rows));
  const all = tbl(vtr);
  const name = all.schema.fields.find(({ type }) => type.kind === 'float64')?.name ?? '';
  const rows = all.select(name);
  let inside = 0;
  const update = (acc: number, batch: { column(name: string): { readonly values: unknown } }): number => {
    const start = performance.now();
    let sum = acc;
    const column = batch.column(name).values as Float64Array;
    for (let i = 0; i < column.length; i++) sum += column[i]!;
    inside += performance.now() - start;
    return sum;
  };
  say('| fold | scan ms | fold ms | of it in the callback | beside callback and scan |');
  say('|---|---|---|---|---|');
  for (const [plan, algebra] of Object.entries(algebras)) {
    const scans: number[] = [];
    const folds: number[] = [];
    const calls: number[] = [];
    for (let i = 0; i <= Number(values.runs); i++) {
      let start = performance.now();
      let seen = 0;
      for await (const batch of rows.batches({ threads })) seen += batch.numRows;
      if (seen !== Number(values.rows)) throw new Error(`scanned ${seen} rows`);
      const scan = performance.now() - start;
      inside = 0;
      start = performance.now();
      await rows.collectChunked(update, { threads, ...algebra });
      const fold = performance.now() - start;
      // The first of each is for the compiler and the page cache.
      if (i === 0) continue;
      scans.push(scan);
      folds.push(fold);
      calls.push(inside);
    }
    const [scan, fold, call] = [median(scans), median(folds), median(calls)];
    // The engine reads ahead while a callback runs, so that the two overlap: less than nothing may be left.
    const beside = (100 * Math.max(0, fold - scan - call)) / fold;
    say(
      `| ${plan} | ${scan.toFixed(1)} | ${fold.toFixed(1)} | ${call.toFixed(1)} | ${beside.toFixed(1)} % |`,
    );
  }
}

void main();
