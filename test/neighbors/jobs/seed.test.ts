/** The article on resumable jobs, step by step, with its printed numbers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createMatrix } from '../../../src/storage/matrix/create-matrix.js';
import { openMatrix } from '../../../src/storage/matrix/open-matrix.js';
import { knnGraphJob } from '../../../src/neighbors/jobs/knn-job.js';
import { radiusJob } from '../../../src/neighbors/jobs/radius-job.js';
import { resumeJob } from '../../../src/neighbors/jobs/resume-job.js';

const folder = mkdtempSync(join(tmpdir(), 'jobs-'));
const at = (name: string): string => join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the graph job', async () => {
  const points = [
    [0, 0],
    [1, 0],
    [5, 0],
    [6, 0],
  ];
  const ref = createMatrix(at('graph-ref'), { rows: 4, cols: 2, data: points });
  await ref.flush();
  const from = createMatrix(at('graph-from'), { rows: 4, cols: 1, type: 'int32' });
  const to = createMatrix(at('graph-to'), { rows: 4, cols: 1, type: 'int32' });
  const value = createMatrix(at('graph-value'), { rows: 4, cols: 1, type: 'float64' });
  const checkpoint = at('graph-job.json');
  const job = await knnGraphJob(ref, { k: 1, into: { from, to, value }, base: 1, checkpoint });
  expect(String(job)).toBe(
    'knn-graph job, completed: euclidean, k 1, 4 queries, 4 edges, checkpoint graph-job.json',
  );
  const graph = async (): Promise<number[][]> =>
    Promise.all([from, to, value].map(async (m) => [...(await m.read()).data]));
  const expected = [
    [1, 2, 3, 4],
    [2, 1, 4, 3],
    [1, 1, 1, 1],
  ];
  expect(await graph()).toEqual(expected);

  // The unfinished part is cleared, and the job goes back to its third row.
  for (const m of [from, to, value]) for (const row of [2, 3]) m.set(row, 0, 0);
  const resumed = await resumeJob(checkpoint, { from: { row: 2 } });
  expect(resumed).toMatchObject({ status: 'completed', metric: 'euclidean', queries: 4, edges: 4 });
  expect(await graph()).toEqual(expected);
  expect(resumed.rows).toBe(4);
});

test('the radius job', async () => {
  const points = [
    [1, 0],
    [0, 1],
    [1, 1],
    [2, 1],
  ];
  createMatrix(at('radius-ref'), { rows: 4, cols: 2, data: points }).close();
  createMatrix(at('radius-index'), { rows: 6, cols: 1, type: 'int32' }).close();
  createMatrix(at('radius-distance'), { rows: 6, cols: 1 }).close();
  createMatrix(at('radius-offset'), { rows: 5, cols: 1 }).close();
  const checkpoint = at('radius-job.json');
  const into = {
    index: at('radius-index.desc'),
    distance: at('radius-distance.desc'),
    offset: at('radius-offset.desc'),
  };
  const job = await radiusJob(at('radius-ref.desc'), { radius: 1.1, into, base: 1, checkpoint });
  expect(job).toMatchObject({ status: 'completed', phase: 'collect', metric: 'euclidean' });
  expect(job).toMatchObject({ queries: 4, edges: 6, checkpoint });
  const index = openMatrix(into.index);
  const distance = openMatrix(into.distance);
  const offset = openMatrix(into.offset);
  const all = async (): Promise<number[][]> =>
    Promise.all([index, distance, offset].map(async (m) => [...(await m.read()).data]));
  const expected = [
    [3, 3, 1, 2, 4, 3],
    [1, 1, 1, 1, 1, 1],
    [1, 2, 3, 6, 7],
  ];
  expect(await all()).toEqual(expected);

  for (const row of [2, 3, 4, 5]) {
    index.set(row, 0, 0);
    distance.set(row, 0, 0);
  }
  for (let row = 0; row < 5; row++) offset.set(row, 0, 0);
  const resumed = await resumeJob(checkpoint, { from: { row: 2 } });
  expect(resumed).toMatchObject({ status: 'completed', phase: 'collect', queries: 4, edges: 6 });
  expect(await all()).toEqual(expected);
  expect(await resumeJob(checkpoint, { verify: true })).toMatchObject({ status: 'completed' });
});
