/** What becomes of searches when the worker or process that asked for them ends, seen from outside. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const addonPath = fileURLToPath(new URL('../../build/native/spillway.node', import.meta.url));

const search = `
const addon = require(${JSON.stringify(addonPath)});
const rows = 300_000;
const points = addon.createPoints(rows, 2, false);
addon.fillPoints(points, 0, Float64Array.from({ length: 2 * rows }, (_, i) => Math.sin(i) * 80));
const made = { metric: 9, p: 2, skipMissing: false, method: 'direct', threads: 0, memory: 0, expectedQueries: 0, expectedK: 0 };
const asked = { first: 0, end: rows, k: 3, excludeSelf: false, skipMissing: false, threads: 0, resultMemory: 0 };
async function start() {
  const reference = await addon.taskResult(addon.prepareReference(points, made));
  const task = addon.searchNearest(reference, null, asked);
  return { task, result: addon.taskResult(task) };
}
`;

function run(script: string): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', script], { timeout: 20_000 });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

test('a worker that is terminated takes its search with it', async () => {
  const script = `
    const workers = require('node:worker_threads');
    const source = ${JSON.stringify(`${search}
      start().then(() => {}, () => {});
      setTimeout(() => require('node:worker_threads').parentPort.postMessage('searching'), 50);`)};
    const worker = new workers.Worker(source, { eval: true });
    worker.once('message', async () => {
      await worker.terminate();
      console.log('ended');
    });`;
  expect(await run(script)).toEqual({ code: 0, output: 'ended\n' });
});

test('a process that exits does not wait for its search', async () => {
  const script = `${search}
    start().then(() => {}, () => {});
    setTimeout(() => { console.log('exiting'); process.exit(3); }, 100);`;
  expect(await run(script)).toEqual({ code: 3, output: 'exiting\n' });
});

test('a process ends when its search is cancelled', async () => {
  const script = `${search}
    (async () => {
      const { task, result } = await start();
      result.catch((error) => console.log(error.message));
      addon.cancelTask(task);
    })();`;
  expect(await run(script)).toEqual({ code: 0, output: 'the search was cancelled\n' });
});
