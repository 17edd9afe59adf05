/** The same searches by what else a Node user can install, and by FAISS and scikit-learn where Python has them. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

import type { Outcome, Setting } from '../jobs/job.js';
import { timed } from '../jobs/job.js';
import { comparedQueries, shapeData, summary } from './shapes.js';
import type { Shape } from './shapes.js';

const load = createRequire(path.resolve('test/bench/peers/package.json'));

/** Queries asked in all, and how many of them are timed by engines too slow for all. */
function sample(shape: Shape, most: number): { readonly asked: number; readonly timed: number } {
  const asked = shape.queries === 0 ? shape.rows : shape.queries;
  return { asked, timed: Math.min(asked, most) };
}

function scaled(seconds: number, { asked, timed: some }: { asked: number; timed: number }): Outcome {
  const note = some === asked ? 'all queries' : `${some} of ${asked} queries timed`;
  return { seconds: (seconds * asked) / some, result: [], note };
}

/** Drops the row itself, which peers find first in a self-search. */
function withoutSelf(shape: Shape, distances: number[]): number[] {
  return shape.queries === 0 ? distances.slice(1) : distances.slice(0, shape.k);
}

interface Usearch {
  exactSearch(
    data: Float32Array,
    queries: Float32Array,
    dimensions: number,
    count: number,
    metric: string,
    threads: number,
  ): { readonly distances: Float32Array };
}

/** In pieces of 5e7 pairs: it keeps every distance. Queries are copied, because it ignores a view's offset. */
export async function usearch(shape: Shape, { threads }: Setting): Promise<Outcome> {
  const { reference, queries } = shapeData(shape);
  const engine = load('usearch') as Usearch;
  const count = shape.k + (shape.queries === 0 ? 1 : 0);
  const amount = sample(shape, Math.max(comparedQueries, Math.floor(1e9 / shape.rows)));
  const step = Math.max(1, Math.floor(5e7 / shape.rows));
  const found: number[][] = [];
  const { seconds } = await timed(async () => {
    for (let q = 0; q < amount.timed; q += step) {
      const piece = queries.slice(q * shape.columns, Math.min(amount.timed, q + step) * shape.columns);
      const { distances } = engine.exactSearch(reference, piece, shape.columns, count, 'l2sq', threads);
      for (let i = 0; i < distances.length; i += count) found.push([...distances.subarray(i, i + count)]);
    }
    return Promise.resolve();
  });
  const rows = found.slice(0, comparedQueries).map((row) => withoutSelf(shape, row.map(Math.sqrt)));
  return { ...scaled(seconds, amount), result: summary(rows) };
}

interface Hnswlib {
  BruteforceSearch: new (
    space: 'l2',
    columns: number,
  ) => {
    initIndex(rows: number): void;
    addPoint(point: number[], label: number): void;
    searchKnn(point: number[], k: number): { readonly distances: number[] };
  };
}

export async function hnswlib(shape: Shape): Promise<Outcome> {
  const { reference, queries } = shapeData(shape);
  const { BruteforceSearch } = load('hnswlib-node') as Hnswlib;
  const index = new BruteforceSearch('l2', shape.columns);
  const row = (values: Float32Array, i: number): number[] => [
    ...values.subarray(i * shape.columns, (i + 1) * shape.columns),
  ];
  index.initIndex(shape.rows);
  for (let i = 0; i < shape.rows; i++) index.addPoint(row(reference, i), i);
  const amount = sample(shape, Math.max(comparedQueries, Math.floor(1e8 / shape.rows)));
  const count = shape.k + (shape.queries === 0 ? 1 : 0);
  const found: number[][] = [];
  const { seconds } = await timed(async () => {
    for (let q = 0; q < amount.timed; q++) {
      const { distances } = index.searchKnn(row(queries, q), count);
      found.push(distances.map(Math.sqrt).sort((a, b) => a - b));
    }
    return Promise.resolve();
  });
  const rows = found.slice(0, comparedQueries).map((distances) => withoutSelf(shape, distances));
  return { ...scaled(seconds, amount), result: summary(rows) };
}

/** What one writes by hand: a loop over all rows and a sorted list. */
export async function javascript(shape: Shape): Promise<Outcome> {
  const { reference, queries } = shapeData(shape);
  const amount = sample(shape, Math.max(comparedQueries, Math.floor(2e9 / shape.rows / shape.columns)));
  const found: number[][] = [];
  const { seconds } = await timed(async () => {
    for (let q = 0; q < amount.timed; q++) found.push(nearestByLoop(shape, reference, queries, q));
    return Promise.resolve();
  });
  const rows = found.slice(0, comparedQueries);
  const counts = shape.radius === undefined ? [] : rows.map((row) => row.length);
  return { ...scaled(seconds, amount), result: summary(rows, counts) };
}

function nearestByLoop(shape: Shape, reference: Float32Array, queries: Float32Array, q: number): number[] {
  const { rows, columns, k, radius } = shape;
  const best: number[] = [];
  let worst = radius === undefined ? Infinity : radius * radius;
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const difference = queries[q * columns + j]! - reference[r * columns + j]!;
      sum += difference * difference;
    }
    if (sum > worst || (shape.queries === 0 && r === q)) continue;
    if (radius !== undefined) {
      best.push(sum);
      continue;
    }
    let place = best.length;
    while (place > 0 && best[place - 1]! > sum) place--;
    best.splice(place, 0, sum);
    if (best.length > k) best.pop();
    if (best.length === k) worst = best[k - 1]!;
  }
  return best.map(Math.sqrt).sort((a, b) => a - b);
}

/** `array_distance` over all pairs, top k by window. */
export async function duckdb(shape: Shape, { threads }: Setting): Promise<Outcome> {
  const { reference, queries } = shapeData(shape);
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const type = `float[${shape.columns}]`;
  const fill = async (name: string, values: Float32Array, rows: number): Promise<void> => {
    await connection.run(`create table ${name} (i integer, v ${type})`);
    const step = 2000;
    for (let first = 0; first < rows; first += step) {
      const lines = [];
      for (let i = first; i < Math.min(rows, first + step); i++) {
        lines.push(`(${i}, [${values.subarray(i * shape.columns, (i + 1) * shape.columns).join(',')}])`);
      }
      await connection.run(`insert into ${name} values ${lines.join(',')}`);
    }
  };
  const amount = sample(shape, comparedQueries);
  await fill('r', reference, shape.rows);
  await fill('q', queries, amount.timed);
  const self = shape.queries === 0 ? 'where q.i <> r.i' : '';
  const pairs = `select q.i i, array_distance(q.v, r.v) d from q, r ${self}`;
  const sql =
    shape.radius === undefined
      ? `select i, unnest(min(d, ${shape.k})) d from (${pairs}) group by i order by i, d`
      : `select i, d from (${pairs}) where d <= ${shape.radius} order by i, d`;
  const { seconds, value } = await timed(() => connection.runAndReadAll(sql));
  const rows = Array.from({ length: amount.timed }, (): number[] => []);
  for (const [i, d] of value.getRows()) rows[Number(i)]!.push(Number(d));
  const counts = shape.radius === undefined ? [] : rows.map((row) => row.length);
  return { ...scaled(seconds, amount), result: summary(rows, counts) };
}

/** Python with faiss-cpu and scikit-learn, named by SPILLWAY_BENCH_PYTHON. */
export const python = process.env.SPILLWAY_BENCH_PYTHON;

export function inPython(engine: 'faiss' | 'sklearn' | 'sklearn-tree') {
  return async (shape: Shape, { threads }: Setting): Promise<Outcome> => {
    const { referenceFile, queryFile } = shapeData(shape);
    const job = { ...shape, engine, threads, compared: comparedQueries, referenceFile, queryFile };
    const run = spawnSync(python!, [path.resolve('test/bench/knn/peers.py'), JSON.stringify(job)], {
      cwd: path.resolve('build/bench'),
      encoding: 'utf8',
      env: {
        ...process.env,
        OMP_NUM_THREADS: String(threads),
        OPENBLAS_NUM_THREADS: String(threads),
        OMP_WAIT_POLICY: 'PASSIVE',
      },
    });
    if (run.status !== 0) throw new Error(run.stderr.trim().split('\n').at(-1));
    return Promise.resolve(JSON.parse(run.stdout) as Outcome);
  };
}
