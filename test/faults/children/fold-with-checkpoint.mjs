/** A fold that keeps a checkpoint at every chance, slowly: `fold-with-checkpoint.mjs way rows.vtr file`; prints its result. */
import { folds, tbl } from '../../../dist/index.js';

const [way, path, file] = process.argv.slice(2);
const rows = tbl(path);
const checkpoint = { path: file, everyRows: 1 };
/** Updates of this process: how much of the work was left to it. */
let calls = 0;

/** Takes some milliseconds for each batch, so that there are moments to be killed at. */
const sum = {
  init: () => ({ sum: 0, batches: 0 }),
  update(acc, batch) {
    const until = performance.now() + 1;
    calls += 1;
    // To be killed from here on: before, there is nothing to go on from.
    if (calls === 1) process.stdout.write('begun\n');
    for (const value of batch.column('value').values) acc.sum += value / 3;
    while (performance.now() < until);
    acc.batches += 1;
    return acc;
  },
};
const combine = (a, b) => ({ sum: a.sum + b.sum, batches: a.batches + b.batches });

const engine = folds.all({
  sums: folds.sums('value', 'row'),
  cross: folds.crossprod({ x: ['key', 'row', 'value'] }),
});

const ways = {
  'one after the other': () => rows.collectChunked(sum, { checkpoint }),
  'in ranges': () => rows.collectChunked({ ...sum, combine }, { checkpoint }),
  'of a sort': () => rows.arrange('key').collectChunked(sum, { checkpoint }),
  'of the engine': () => rows.collectChunked(engine, { checkpoint, threads: 1 }),
  'of a module': () =>
    rows.collectChunked(
      { module: new URL('./fold-module.mjs', import.meta.url), name: 'sum' },
      { checkpoint, threads: 2 },
    ),
};

if (way === 'of the engine' || way === 'of a module') process.stdout.write('begun\n');
const result = await ways[way]();
process.stdout.write(`${JSON.stringify({ result, calls })}\n`);
