/** What becomes of queries when their process or worker ends, seen from outside in child processes. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as types from '../../src/data/types.js';
import { passThrough } from './pipeline-of.js';

const addonPath = fileURLToPath(new URL('../../build/native/spillway.node', import.meta.url));

// In the child: `addon`, `start(kind)` → { query, feed }, `push(feed, rows)`, `drain(query)` → rows.
const prelude = `
const workers = require('node:worker_threads');
const addon = require(${JSON.stringify(addonPath)});
const forms = {
  batches: Buffer.from(${JSON.stringify(encode('batches'))}, 'base64'),
  collect: Buffer.from(${JSON.stringify(encode('collect'))}, 'base64'),
};
const options = { threads: 0, memory: 0, maxSpill: -1, tempDirectory: '', batchRows: 16384, forceSpill: false,
  equalHashes: false, morselPages: 0 };
function start(kind) {
  const feed = addon.createFeed([3]);
  return { feed, query: addon.startQuery(new Uint8Array(forms[kind]), [feed], options) };
}
function push(feed, rows) {
  addon.pushFeed(feed, rows, [[null, 0, new Int32Array(rows).fill(7), 0, null, null]]);
}
async function drain(query) {
  let rows = 0;
  for (let b = await addon.queryNext(query); b !== null; b = await addon.queryNext(query)) rows += b.rows;
  return rows;
}
async function whole(rows) {
  const { feed, query } = start('batches');
  push(feed, rows);
  addon.endFeed(feed);
  return drain(query);
}
`;

function encode(kind: 'batches' | 'collect'): string {
  return Buffer.from(passThrough([types.int32], kind)).toString('base64');
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly millis: number;
}

/** Runs the script; a child that has not ended after 20 s is killed, which the exit signal then tells. */
function run(script: string, flags: readonly string[] = []): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [...flags, '-e', prelude + script], { timeout: 20_000 });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, output, millis: performance.now() - began });
    });
  });
}

it('lets the process exit while a query waits for rows that nobody awaits', async () => {
  const ended = await run(`start('batches'); console.log('started');`);
  expect(ended).toMatchObject({ code: 0, signal: null, output: 'started\n' });
});

it('lets the process exit when its reader stopped half-way', async () => {
  const ended = await run(`
    const { feed, query } = start('batches');
    for (let i = 0; i < 3; i++) push(feed, 65536);
    addon.queryNext(query).then((batch) => console.log(batch.rows));
  `);
  expect(ended).toMatchObject({ code: 0, signal: null, output: '16384\n' });
});

it('keeps the process alive while an answer is awaited', async () => {
  const ended = await run(`
    const { feed, query } = start('collect');
    addon.queryNext(query).then((batch) => console.log('got', batch.rows));
    setTimeout(() => { push(feed, 1000); addon.endFeed(feed); }, 50).unref();
    const wait = setInterval(() => {}, 1000);
    addon.feedWants(feed).then(() => setTimeout(() => clearInterval(wait), 200));
  `);
  expect(ended).toMatchObject({ code: 0, signal: null, output: 'got 1000\n' });
});

it('survives process.exit in the middle of work', async () => {
  const ended = await run(`
    const { feed, query } = start('collect');
    for (let i = 0; i < 4; i++) push(feed, 65536);
    addon.queryNext(query);
    setTimeout(() => process.exit(3), 5);
  `);
  expect(ended).toMatchObject({ code: 3, signal: null, output: '' });
});

it('works in workers, side by side with the main thread', async () => {
  const ended = await run(`
    const body = ${JSON.stringify(prelude)} + 'whole(60000).then((rows) => workers.parentPort.postMessage(rows));';
    const one = () => new Promise((resolve, reject) => {
      const worker = new workers.Worker(body, { eval: true });
      worker.on('message', resolve);
      worker.on('error', reject);
    });
    Promise.all([one(), one(), one(), whole(60000)]).then((all) => console.log(all.join(' ')));
  `);
  expect(ended).toMatchObject({ code: 0, signal: null, output: '60000 60000 60000 60000\n' });
});

it('ends the queries of a worker that is terminated, and leaves the others alone', async () => {
  const ended = await run(`
    const body = ${JSON.stringify(prelude)} + \`
      const { feed, query } = start('batches');
      for (let i = 0; i < 4; i++) push(feed, 65536);
      addon.queryNext(query).then(() => workers.parentPort.postMessage('running'));
      setInterval(() => {}, 1000);
    \`;
    const worker = new workers.Worker(body, { eval: true });
    worker.on('message', async () => {
      await worker.terminate();
      console.log(await whole(60000), addon.poolCounters().memoryUsed < 32 * 2 ** 20);
    });
  `);
  expect(ended).toMatchObject({ code: 0, signal: null, output: '60000 true\n' });
});

it('gives abandoned queries back when they are collected as garbage', async () => {
  const ended = await run(
    `
    for (let i = 0; i < 50; i++) start('batches');
    const held = addon.poolCounters().memoryUsed;
    const wait = setInterval(() => {
      gc();
      if (addon.poolCounters().memoryUsed > 0) return;
      clearInterval(wait);
      console.log(held > 0);
    }, 10);
  `,
    ['--expose-gc'],
  );
  expect(ended).toMatchObject({ code: 0, signal: null, output: 'true\n' });
});

it('keeps memory bounded while many batches pass through', async () => {
  const ended = await run(`
    (async () => {
      const { feed, query } = start('batches');
      const counted = drain(query);
      for (let i = 0; i < 2000 && await addon.feedWants(feed); i++) push(feed, 65536);
      addon.endFeed(feed);
      console.log(await counted, Math.round(process.resourceUsage().maxRSS / 1024));
    })();
  `);
  expect(ended.output).toMatch(/^131072000 \d+\n$/);
  // The sanitizer's shadow and the memory it keeps aside multiply what the process holds.
  const limitMiB = process.env['SPILLWAY_TEST_SANITIZED'] === '1' ? 1200 : 300;
  expect(Number(ended.output.split(' ')[1])).toBeLessThan(limitMiB);
});
