/** Offloads into temporary files and ends in one way: `offload-and-end.mjs way temporary-folder`. */
import { Worker } from 'node:worker_threads';
import { tbl } from '../../../dist/index.js';

const [way, tempDir] = process.argv.slice(2);
const rows = tbl({ x: Float64Array.from({ length: 200_000 }, (_, i) => Math.sqrt(i)) });
const cached = await rows.offload({ tempDir });
const other = await cached.arrange('x').offload({ tempDir, forceSpill: true });
const say = (what) => process.stdout.write(`${String(what)}\n`);
const body = `
  const { tbl } = await import(${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)});
  const { parentPort, workerData } = await import('node:worker_threads');
  const cached = await tbl({ x: [1, 2, 3] }).offload({ tempDir: workerData });
  parentPort.postMessage(await cached.numRows());
  setInterval(() => undefined, 1000);`;

const ways = {
  end: async () => say(await other.numRows()),
  exit: async () => {
    say(await other.numRows());
    void other.collect();
    process.exit(0);
  },
  'exit while writing': async () => {
    say(200_000);
    void other.arrange('x').offload({ tempDir });
    setTimeout(() => process.exit(0), 5);
  },
  throw: async () => {
    say(await other.numRows());
    setImmediate(() => {
      throw new Error('mine');
    });
  },
  worker: async () => {
    const worker = new Worker(body, { eval: true, workerData: tempDir });
    worker.once('message', async (count) => {
      await worker.terminate();
      say(200_000 * (count / 3));
    });
  },
};

await ways[way]();
