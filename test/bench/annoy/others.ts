/** What else answers the same queries: exact search here, and graphs (HNSW) of the packages of test/bench/peers, where they are. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { knn, prepareReference } from 'spillway';

import { clusteredData, columns, fileOf, k, queryCount, recallOf, trueNeighbors } from './data.js';
import type { Point } from './picture.js';

const load = createRequire(path.resolve('test/bench/peers/package.json'));
const repetitions = 3;
const links = 16;
const buildWidth = 128;
/** Candidates kept while a graph is walked through. */
const widths = [16, 32, 64, 128, 256];

export interface Other {
  readonly name: string;
  /** Seconds. */
  readonly build: number;
  readonly points: readonly Point[];
}

async function secondsOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function quickest(work: () => unknown): Promise<number> {
  let seconds = Infinity;
  for (let run = 0; run < repetitions; run++) seconds = Math.min(seconds, await secondsOf(work));
  return seconds;
}

const labelled = (name: string, threads: number): string =>
  `${name}, ${threads} thread${threads === 1 ? '' : 's'}`;

async function exact(rows: number, threads: number): Promise<Other> {
  const { reference, queries } = clusteredData(rows);
  const start = performance.now();
  await using ready = await prepareReference({ data: reference, rows, cols: columns }, { threads });
  const build = (performance.now() - start) / 1000;
  const query = { data: queries, rows: queryCount, cols: columns };
  const seconds = await quickest(() => knn(ready, { query, k, threads }));
  const name = labelled('Spillway, exact', threads);
  return {
    name,
    build,
    points: [{ series: name, searchK: rows, recall: 1, queriesPerSecond: queryCount / seconds }],
  };
}

interface UsearchIndex {
  add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
  search(vectors: Float32Array, k: number, threads: number): { readonly keys: BigUint64Array };
  save(path: string): void;
  load(path: string): void;
}

interface Usearch {
  readonly Index: new (config: Readonly<Record<string, unknown>>) => UsearchIndex;
}

async function usearch(rows: number, threads: number): Promise<Other> {
  const { Index } = load('usearch') as Usearch;
  const { reference, queries } = clusteredData(rows);
  const truth = await trueNeighbors(rows, clusteredData(rows));
  const made = (expansion_search: number): UsearchIndex =>
    new Index({
      dimensions: columns,
      metric: 'l2sq',
      quantization: 'f32',
      connectivity: links,
      expansion_add: buildWidth,
      expansion_search,
      multi: false,
    });
  const first = made(widths[0]!);
  const keys = BigUint64Array.from({ length: rows }, (_, i) => BigInt(i));
  const build = await secondsOf(() => {
    first.add(keys, reference, threads);
  });
  const file = fileOf('annoy-usearch.index');
  first.save(file);
  const name = labelled('usearch HNSW', threads);
  const points: Point[] = [];
  for (const width of widths) {
    const index = made(width);
    index.load(file);
    const found = index.search(queries, k, threads);
    const seconds = await quickest(() => index.search(queries, k, threads));
    points.push({
      series: name,
      searchK: width,
      recall: recallOf(Uint32Array.from(found.keys, Number), truth),
      queriesPerSecond: queryCount / seconds,
    });
  }
  return { name, build, points };
}

interface Hnswlib {
  readonly HierarchicalNSW: new (
    space: 'l2',
    columns: number,
  ) => {
    initIndex(options: {
      readonly maxElements: number;
      readonly m: number;
      readonly efConstruction: number;
    }): void;
    addPoint(point: number[], label: number): void;
    setEf(ef: number): void;
    searchKnn(point: number[], k: number): { readonly neighbors: number[] };
  };
}

/** One query a call, on one thread. */
async function hnswlib(rows: number): Promise<Other> {
  const { HierarchicalNSW } = load('hnswlib-node') as Hnswlib;
  const { reference, queries } = clusteredData(rows);
  const truth = await trueNeighbors(rows, clusteredData(rows));
  const row = (values: Float32Array, i: number): number[] => [
    ...values.subarray(i * columns, (i + 1) * columns),
  ];
  const index = new HierarchicalNSW('l2', columns);
  index.initIndex({ maxElements: rows, m: links, efConstruction: buildWidth });
  const build = await secondsOf(() => {
    for (let i = 0; i < rows; i++) index.addPoint(row(reference, i), i);
  });
  const asked = Array.from({ length: queryCount }, (_, q) => row(queries, q));
  const name = labelled('hnswlib HNSW', 1);
  const points: Point[] = [];
  for (const width of widths) {
    index.setEf(width);
    const found = asked.flatMap((query) => index.searchKnn(query, k).neighbors);
    const seconds = await quickest(() => {
      for (const query of asked) index.searchKnn(query, k);
    });
    points.push({
      series: name,
      searchK: width,
      recall: recallOf(found, truth),
      queriesPerSecond: queryCount / seconds,
    });
  }
  return { name, build, points };
}

/** Those that are installed. */
export async function others(rows: number, threads: number): Promise<readonly Other[]> {
  const found = [await exact(rows, threads)];
  for (const [name, measure] of [
    ['usearch', usearch],
    ['hnswlib-node', hnswlib],
  ] as const) {
    try {
      load.resolve(name);
    } catch {
      process.stdout.write(`${name} is not installed in test/bench/peers\n`);
      continue;
    }
    if (name === 'usearch' || threads === 1) found.push(await measure(rows, threads));
  }
  return found;
}
