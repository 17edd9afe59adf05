/** Starts and terminates workers in the middle of their queries: `terminate-workers.mjs rows.vtr folder count`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { tbl } from '../../../dist/index.js';

const [path, folder, count] = process.argv.slice(2);
const body = new URL('worker-body.mjs', import.meta.url);

async function one(seed) {
  const worker = new Worker(body, { workerData: { path, folder, seed, endless: true } });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await sleep((seed * 37) % 60);
  await worker.terminate();
}

for (let done = 0; done < Number(count); done += 2) await Promise.all([one(done), one(done + 1)]);
process.stdout.write(`${String(await tbl(path).numRows())}\n`);
