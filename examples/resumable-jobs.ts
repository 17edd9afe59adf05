/**
 * Resumable jobs: a graph of nearest neighbours and radius lists that are written to matrices on disk, by a process that is
 * killed half-way, and finished by another one. First four points, where every number can be checked; then many.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  countWithinRadius,
  createMatrix,
  knnGraph,
  knnGraphJob,
  openMatrix,
  radiusJob,
  resumeJob,
} from 'spillway';
import type { NeighborJob } from 'spillway';

const say = (...parts: readonly unknown[]): void => {
  process.stdout.write(`${parts.map(String).join('\n')}\n`);
};
const section = (title: string): void => {
  say(`\n## ${title}\n`);
};

const summary = ({ status, metric, queries, edges, checkpoint }: NeighborJob): string =>
  [status, metric, queries, edges, basename(checkpoint)].join(' ');

const column = async (name: string): Promise<number[]> => {
  using matrix = openMatrix(`${name}.desc`, { readOnly: true });
  return [...(await matrix.column(0))];
};
const line = (values: readonly number[]): string => values.join(' ');

/** A matrix of one column, ready to be written. */
const destination = (name: string, rows: number, type: 'int32' | 'float64'): string => {
  createMatrix(name, { rows, cols: 1, type }).close();
  return `${name}.desc`;
};

async function graphOfFourPoints(): Promise<void> {
  section('A graph job');
  const points = [
    [0, 0],
    [1, 0],
    [5, 0],
    [6, 0],
  ];
  const reference = createMatrix('graph-ref', { rows: 4, cols: 2, data: points });
  const k = 1;
  const into = {
    from: destination('graph-from', 4 * k, 'int32'),
    to: destination('graph-to', 4 * k, 'int32'),
    value: destination('graph-value', 4 * k, 'float64'),
  };
  const job = await knnGraphJob(reference, { k, base: 1, into, checkpoint: 'graph-job.json' });
  say(summary(job)); // => completed euclidean 4 4 graph-job.json
  say(line(await column('graph-from'))); // => 1 2 3 4
  say(line(await column('graph-to'))); // => 2 1 4 3
  say(line(await column('graph-value'))); // => 1 1 1 1

  section('Going back to the third row');
  for (const name of Object.values(into)) {
    using matrix = openMatrix(name);
    await matrix.write([0, 0], { row: 2, rows: 2, cols: 1 });
  }
  say(line(await column('graph-to'))); // => 2 1 0 0
  say(summary(await resumeJob('graph-job.json', { from: { row: 2 } }))); // => completed euclidean 4 4 graph-job.json
  say(line(await column('graph-to'))); // => 2 1 4 3
  const { cursor } = JSON.parse(readFileSync('graph-job.json', 'utf8')) as {
    readonly cursor: { readonly row: number; readonly edge: number };
  };
  say(`next row ${String(cursor.row + 1)}, next edge ${String(cursor.edge + 1)}`); // => next row 5, next edge 5
}

async function matchesOfFourPoints(): Promise<void> {
  section('A radius job');
  const points = [
    [1, 0],
    [0, 1],
    [1, 1],
    [2, 1],
  ];
  const reference = createMatrix('radius-ref', { rows: 4, cols: 2, data: points });
  const counts = await countWithinRadius(reference, { radius: 1.1 });
  say(line([...counts])); // => 1 1 3 1
  const total = counts.reduce((sum, count) => sum + count, 0);
  const into = {
    index: destination('radius-index', total, 'int32'),
    distance: destination('radius-distance', total, 'float64'),
    offset: destination('radius-offset', 5, 'float64'),
  };
  const job = await radiusJob(reference, { radius: 1.1, base: 1, into, checkpoint: 'radius-job.json' });
  say(summary(job)); // => completed euclidean 4 6 radius-job.json
  say(line(await column('radius-offset'))); // => 1 2 3 6 7
  say(line(await column('radius-index'))); // => 3 3 1 2 4 3
  say(line(await column('radius-distance'))); // => 1 1 1 1 1 1

  section('The offsets are restored');
  using offset = openMatrix(into.offset);
  await offset.write([0, 0, 0, 0, 0], { rows: 5, cols: 1 });
  say(summary(await resumeJob('radius-job.json', { from: { row: 2 } }))); // => completed euclidean 4 6 radius-job.json
  say(line(await column('radius-offset'))); // => 1 2 3 6 7
}

const manyRows = 20_000;
const neighbours = 5;

/** What the process that is killed does: it begins the job, and says so when something is written. */
async function beginLongJob(): Promise<void> {
  const into = { from: 'long-from.desc', to: 'long-to.desc', value: 'long-value.desc' };
  await knnGraphJob('long-ref.desc', {
    k: neighbours,
    into,
    checkpoint: 'long-job.json',
    every: { rows: 500 },
    onProgress: ({ rows }) => {
      if (rows >= 2000) say('half-way');
    },
  });
}

async function killedAndResumed(): Promise<void> {
  section('A job whose process is killed');
  let state = 1;
  const data = Float64Array.from({ length: manyRows * 16 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
  const reference = createMatrix('long-ref', { rows: manyRows, cols: 16, data });
  const edges = manyRows * neighbours;
  destination('long-from', edges, 'int32');
  destination('long-to', edges, 'int32');
  destination('long-value', edges, 'float64');

  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'begin']);
  child.stdout.on('data', () => child.kill('SIGKILL'));
  const signal = await new Promise((resolve) => child.on('close', (_, how) => resolve(how)));
  say(`ended by ${String(signal)}`); // => ended by SIGKILL

  let first: number | undefined;
  const job = await resumeJob('long-job.json', { onProgress: ({ rows }) => (first ??= rows) });
  say(job.status, job.edges); // => completed
  say(`it went on behind row 500: ${String((first ?? 0) > 500)}`); // => it went on behind row 500: true
  const graph = await knnGraph(reference, { k: neighbours });
  const same = (await column('long-to')).every((to, i) => to === graph.to[i]);
  say(`the same graph as without a job: ${String(same)}`); // => the same graph as without a job: true
  say((await resumeJob('long-job.json', { verify: true })).status); // => completed
}

if (process.argv[2] === 'begin') {
  await beginLongJob();
} else {
  await graphOfFourPoints();
  await matchesOfFourPoints();
  await killedAndResumed();
}
