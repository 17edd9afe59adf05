/** What a worker thread does in tests: some queries to their end, or queries without end until it is terminated. */
import { parentPort, workerData } from 'node:worker_threads';
import { mean, n, tbl } from '../../../dist/index.js';

const { path, folder, endless, seed } = workerData;
const options = { forceSpill: true, tempDir: folder, memory: '64MB' };

async function work(turn) {
  const rows = tbl(path);
  const kinds = [
    () => rows.arrange('text', 'key').collect(options),
    () =>
      rows
        .groupBy('text')
        .summarise({ n: n(), m: mean('key') })
        .collect(options),
    () => rows.arrange('key').writeVtr(`${folder}/worker-${String(seed)}.vtr`, options),
    () => rows.rows(),
    async () => {
      for await (const batch of rows.batches({ batchRows: 5000 })) if (batch.numRows < 5000) return;
    },
  ];
  await kinds[turn % kinds.length]();
}

for (let turn = seed; endless || turn < seed + 10; turn += 1) {
  if (turn === seed) parentPort.postMessage('begun');
  await work(turn);
}
parentPort.postMessage(await tbl(path).numRows());
