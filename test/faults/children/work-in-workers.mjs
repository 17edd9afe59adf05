/** Queries in four workers and on the main thread at once: `work-in-workers.mjs rows.vtr folder`. */
import { Worker } from 'node:worker_threads';
import { tbl } from '../../../dist/index.js';

const [path, folder] = process.argv.slice(2);
const body = new URL('worker-body.mjs', import.meta.url);

function inWorker(seed) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(body, { workerData: { path, folder, seed, endless: false } });
    worker.on('message', (message) => message !== 'begun' && resolve(message));
    worker.on('error', reject);
  });
}

const counts = await Promise.all([
  inWorker(0),
  inWorker(1),
  inWorker(2),
  inWorker(3),
  tbl(path)
    .arrange('key')
    .pull('key')
    .then((keys) => keys.length),
]);
process.stdout.write(`${counts.join(' ')}\n`);
