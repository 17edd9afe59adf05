/** Every kind of job writes what its function in memory gives, also when it was stopped again and again. */
import { expect, test } from 'vitest';
import type { NeighborJob } from '../../../src/index.js';
import {
  EngineError,
  createMatrix,
  knn,
  knnGraph,
  knnGraphJob,
  knnJob,
  mutualGraphJob,
  mutualKnnGraph,
  radiusGraph,
  radiusGraphJob,
  radiusJob,
  radiusSearch,
  resumeJob,
  snnGraph,
  snnGraphJob,
} from '../../../src/index.js';
import type { JobOptions } from '../../../src/index.js';
import { jobFolder, made, uniform, valuesOf } from './job-folder.js';

const at = jobFolder();
const rows = 700;
const ref = createMatrix(at('ref'), { rows, cols: 3, data: uniform(rows * 3) });
const query = createMatrix(at('query'), { rows: 90, cols: 3, data: uniform(90 * 3, 7) });

const roomy = rows * 200;

interface Edges {
  readonly from: string;
  readonly to: string;
  readonly value: string;
}

function edgesInto(name: string): Edges {
  return {
    from: made(at(`${name}-from`), roomy, 'int32'),
    to: made(at(`${name}-to`), roomy),
    value: made(at(`${name}-value`), roomy),
  };
}

async function edgesIn(into: Edges, count: number): Promise<number[][]> {
  return Promise.all([into.from, into.to, into.value].map((path) => valuesOf(path, count)));
}

type Start = (options: JobOptions) => Promise<NeighborJob>;

/** Runs a job that is stopped after every few progress reports, until it is completed. */
async function stopping(name: string, start: Start): Promise<NeighborJob> {
  const checkpoint = at(`${name}.json`);
  let stops = 0;
  for (;;) {
    const stop = new AbortController();
    let told = 0;
    const onProgress = (): void => {
      if ((told += 1) > stops % 3) stop.abort();
    };
    const run = { signal: stop.signal, onProgress, threads: 1 + (stops % 2) };
    try {
      if (stops === 0) return await start({ checkpoint, every: { rows: 97 }, ...run });
      if (stops > 12) return await resumeJob(checkpoint);
      return await resumeJob(checkpoint, run);
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({ code: 'cancelled', detail: { checkpoint } });
      stops += 1;
    }
  }
}

test.each([0, 1] as const)('knnJob with base %i', async (base) => {
  const into = {
    index: made(at(`index${base}`), 90, 'int32', 5),
    distance: made(at(`distance${base}`), 90 * 5),
  };
  const job = await stopping(`knn${base}`, (options) => knnJob(ref, { query, k: 5, base, into, ...options }));
  const found = await knn(ref, { query, k: 5, base });
  expect(job).toMatchObject({ type: 'knn', status: 'completed', queries: 90, edges: 450, k: 5 });
  expect(await valuesOf(into.index)).toEqual([...found.index]);
  expect(await valuesOf(into.distance)).toEqual([...found.distance]);
});

test('knnGraphJob', async () => {
  const into = edgesInto('knn-graph');
  const job = await stopping('graph', (options) =>
    knnGraphJob(ref, { k: 4, into, metric: 'manhattan', base: 1, ...options }),
  );
  const graph = await knnGraph(ref, { k: 4, metric: 'manhattan', base: 1 });
  expect(job.edges).toBe(rows * 4);
  expect(await edgesIn(into, job.edges)).toEqual([graph.from, graph.to, graph.value].map((a) => [...a]));
});

test('radiusJob', async () => {
  const into = {
    index: made(at('radius-index'), roomy, 'int32'),
    distance: made(at('radius-distance'), roomy),
    offset: made(at('radius-offset'), 91, 'int32'),
  };
  const job = await stopping('radius', (options) =>
    radiusJob(ref, { query, radius: 0.2, base: 1, into, ...options }),
  );
  const found = await radiusSearch(ref, { query, radius: 0.2, base: 1 });
  expect(job.edges).toBe(found.index.length);
  expect(await valuesOf(into.index, job.edges)).toEqual([...found.index]);
  expect(await valuesOf(into.distance, job.edges)).toEqual([...found.distance]);
  expect(await valuesOf(into.offset)).toEqual([...found.offset]);
});

test.each(['both', 'once'] as const)('radiusGraphJob, pairs %s', async (pairs) => {
  const into = edgesInto(`radius-${pairs}`);
  const job = await stopping(`radius-${pairs}`, (options) =>
    radiusGraphJob(ref, { radius: 0.15, into, pairs, ...options }),
  );
  const graph = await radiusGraph(ref, { radius: 0.15, pairs });
  expect(job.edges).toBe(graph.from.length);
  expect(await edgesIn(into, job.edges)).toEqual([graph.from, graph.to, graph.value].map((a) => [...a]));
});

test.each(['both', 'once'] as const)('mutualGraphJob, pairs %s', async (pairs) => {
  const into = edgesInto(`mutual-${pairs}`);
  const job = await stopping(`mutual-${pairs}`, (options) =>
    mutualGraphJob(ref, { k: 6, into, pairs, ...options }),
  );
  const graph = await mutualKnnGraph(ref, { k: 6, pairs });
  expect(job).toMatchObject({ type: 'symmetric-graph', phase: 'collect', edges: graph.from.length });
  expect(await edgesIn(into, job.edges)).toEqual([graph.from, graph.to, graph.value].map((a) => [...a]));
});

test.each(['union', 'mean', 'max', 'min'] as const)('mutualGraphJob by the rule %s', async (symmetrize) => {
  const into = edgesInto(symmetrize);
  const options = { checkpoint: at(`${symmetrize}.json`), every: { rows: 50 } };
  const job = await mutualGraphJob(ref, { k: 3, into, symmetrize, base: 1, ...options });
  const graph = await knnGraph(ref, { k: 3, symmetrize, base: 1 });
  expect(await edgesIn(into, job.edges)).toEqual([graph.from, graph.to, graph.value].map((a) => [...a]));
});

test.each(['count', 'jaccard', 'rank'] as const)('snnGraphJob weighing by %s', async (weight) => {
  const into = edgesInto(weight);
  const prune = weight === 'jaccard' ? 0.1 : 1;
  const job = await stopping(weight, (options) =>
    snnGraphJob(ref, { k: 5, weight, prune, into, ...options }),
  );
  const graph = await snnGraph(ref, { k: 5, weight, prune });
  expect(job.edges).toBe(graph.from.length);
  expect(await edgesIn(into, job.edges)).toEqual([graph.from, graph.to, graph.value].map((a) => [...a]));
});
