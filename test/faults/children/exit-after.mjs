/** Uses a query in one way and does nothing to end the process: `exit-after.mjs way rows.vtr scratch-folder`. */
import { join } from 'node:path';
import { mean, tbl } from '../../../dist/index.js';

const [way, path, folder] = process.argv.slice(2);
const parquet = new URL('../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url);
const sorted = tbl(path).arrange('text', 'key');
const spilling = { forceSpill: true, tempDir: folder };
const say = (what) => process.stdout.write(`${String(what)}\n`);
const quietly = () => undefined;

const ways = {
  collect: async () => say((await sorted.collect(spilling)).numRows),
  rows: async () => say((await sorted.head(5).rows()).length),
  pull: async () => say((await sorted.pull('key')).length),
  first: async () => say((await sorted.first()).key),
  numRows: async () => say(await sorted.head(1e9).numRows()),
  toArrow: async () => say((await sorted.toArrow()).numRows),
  glimpse: async () => say((await sorted.glimpse()).length > 0),
  explain: async () => say((await sorted.explain({ run: true })).length > 0),
  writeVtr: async () => say((await sorted.writeVtr(join(folder, 'a.vtr'), spilling)).rows),
  progress: async () => say((await sorted.collect({ onProgress: quietly })).numRows),
  signal: async () => say((await sorted.collect({ signal: new AbortController().signal })).numRows),
  timeout: async () =>
    say(await sorted.collect({ signal: AbortSignal.timeout(1), ...spilling }).then(quietly, (e) => e.code)),
  error: async () =>
    say(
      await tbl(path)
        .summarise({ m: (c) => mean(c('key').cast('int8')) })
        .collect()
        .catch((e) => e.code),
    ),
  stream: async () => {
    let rows = 0;
    for await (const batch of sorted.batches(spilling)) rows += batch.numRows;
    say(rows);
  },
  break: async () => {
    for await (const batch of sorted.batches({ batchRows: 100, ...spilling })) return say(batch.numRows);
  },
  parquet: async () => say(await tbl(parquet).numRows()),
  'parquet break': async () => {
    for await (const batch of tbl(parquet).batches({ batchRows: 100 })) return say(batch.numRows);
  },
  'never read': async () => say(typeof sorted.batches().next),
  'begun and forgotten': async () => {
    const stream = sorted.batches({ batchRows: 100, ...spilling });
    say((await stream.next()).value.numRows);
  },
  'not awaited': async () => void sorted.collect(spilling).then((table) => say(table.numRows)),
  'write not awaited': async () => void sorted.writeVtr(join(folder, 'b.vtr')).then(({ rows }) => say(rows)),
  'exit in the middle': async () => {
    void sorted.collect(spilling);
    setTimeout(() => process.exit(0), 20);
  },
  'throw in the middle': async () => {
    void sorted.writeVtr(join(folder, 'c.vtr'), spilling);
    // In the next turn: a write takes many, however fast the machine is.
    setImmediate(() => {
      throw new Error('mine');
    });
  },
};

ways[way]();
