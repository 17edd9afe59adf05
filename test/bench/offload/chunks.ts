/** A fold written in JavaScript over tables of rows: how much time goes neither to the callback nor to the scan. */
import { tbl } from 'spillway';

import { benchData } from '../queries/data.js';
import type { Job, Outcome } from './job.js';
import { timed } from './job.js';

interface Num {
  a: number;
  b: number;
}

async function spillway(rows: number, threads: number): Promise<Outcome> {
  const { vtr } = await benchData('num', rows);
  const query = tbl<Num>(vtr).select('a', 'b');
  let inside = 0;
  const fold = async (): Promise<number> => {
    inside = 0;
    return query.collectChunked(
      (acc: number, batch) => {
        const start = performance.now();
        const a = batch.column('a').values as Float64Array;
        const b = batch.column('b').values as Float64Array;
        let sum = acc;
        for (let i = 0; i < a.length; i++) sum += a[i]! * Math.log1p(Math.abs(b[i]!));
        inside += performance.now() - start;
        return sum;
      },
      { init: 0, threads },
    );
  };
  const scanOnly = async (): Promise<number> => {
    let count = 0;
    for await (const batch of query.batches({ threads })) count += batch.numRows;
    return count;
  };
  await fold();
  await scanOnly();
  const runs: { total: number; callback: number; scan: number; sum: number }[] = [];
  for (let i = 0; i < 5; i++) {
    const scan = (await timed(scanOnly)).seconds;
    const { value, seconds } = await timed(fold);
    runs.push({ total: seconds, callback: inside / 1000, scan, sum: value });
  }
  const middle = runs.sort((x, y) => x.total - y.total)[2]!;
  const outside = Math.max(0, middle.total - Math.max(middle.callback, middle.scan)) / middle.total;
  return {
    seconds: middle.total,
    result: [middle.sum],
    note:
      `callback ${middle.callback.toFixed(3)} s, streaming the same batches without it ${middle.scan.toFixed(3)} s, ` +
      `${(outside * 100).toFixed(1)} % of the time in neither (they overlap)`,
  };
}

export const chunks: Job = {
  name: 'chunks',
  what: 'chunks: a JavaScript fold over batches of two float64 columns',
  async prepare(rows) {
    await benchData('num', rows);
  },
  engines: { spillway: ({ rows, threads }) => spillway(rows, threads) },
};
