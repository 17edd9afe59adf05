/** Spillway and Annoy itself over the same rows: a build, and searches with growing searchK. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { buildAnnoy, openAnnoy } from 'spillway';

import { clusteredData, columns, fileOf, k, queryCount, recallOf, trueNeighbors } from './data.js';

export const trees = 50;
/** Searches and openings are the quickest of so many. */
const repetitions = 3;

export interface Searched {
  readonly searchK: number;
  readonly seconds: number;
  /** Of the processor, all threads together: what a busy machine does not change much. */
  readonly cpu: number;
  readonly recall: number;
}

export interface Measured {
  /** Undefined where the engine has no build on so many threads. */
  readonly build: number | undefined;
  /** Seconds of the processor. */
  readonly buildCpu: number;
  readonly open: number;
  readonly searches: readonly Searched[];
}

export interface Setting {
  readonly rows: number;
  readonly threads: number;
  readonly searchK: readonly number[];
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function quickest(
  work: () => Promise<unknown>,
): Promise<{ readonly seconds: number; readonly cpu: number }> {
  let [seconds, cpu] = [Infinity, Infinity];
  for (let run = 0; run < repetitions; run++) {
    const [start, before] = [performance.now(), cpuSeconds()];
    await work();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
    cpu = Math.min(cpu, cpuSeconds() - before);
  }
  return { seconds, cpu };
}

/** In a process of its own. The build writes file and sidecar, and syncs both; Annoy's only its file, without syncing. */
export async function spillway({ rows, threads, searchK }: Setting): Promise<Measured> {
  const data = clusteredData(rows);
  const truth = await trueNeighbors(rows, data);
  const path = fileOf('annoy-spillway.ann');
  const [start, before] = [performance.now(), cpuSeconds()];
  await buildAnnoy({ data: data.reference, rows, cols: columns }, { path, trees, seed: 1, threads });
  const build = (performance.now() - start) / 1000;
  const buildCpu = cpuSeconds() - before;
  const { seconds: open } = await quickest(async () => openAnnoy(path).close());
  const index = openAnnoy(path, { prefault: true });
  const query = { data: data.queries, rows: queryCount, cols: columns };
  const searches: Searched[] = [];
  for (const candidates of searchK) {
    const options = { k, searchK: candidates, threads };
    const found = await index.search(query, options);
    const { seconds, cpu } = await quickest(() => index.search(query, options));
    searches.push({ searchK: candidates, seconds, cpu, recall: recallOf(found.index, truth) });
  }
  return { build, buildCpu, open, searches };
}

/** A folder with another `annoylib.h`, of 1.17, builds on several threads. */
const headers = process.env.SPILLWAY_BENCH_ANNOY;

export async function annoy({ rows, threads, searchK }: Setting): Promise<Measured> {
  const data = clusteredData(rows);
  const truth = await trueNeighbors(rows, data);
  const compile = [
    'scripts/native/annoy-driver.mjs',
    '--fast',
    ...(headers === undefined ? [] : ['--headers', headers]),
  ];
  const program = execFileSync(process.execPath, compile, { encoding: 'utf8' }).trim();
  const run = (...parameters: (string | number)[]): Readonly<Record<string, number>> =>
    JSON.parse(execFileSync(program, parameters.map(String), { encoding: 'utf8' })) as Record<string, number>;
  const [path, result] = [fileOf('annoy-itself.ann'), fileOf('annoy-itself.bin')];
  const alone = threads > 1 && headers === undefined;
  const built = run('build', 'euclidean', columns, data.referenceFile, path, trees, 1, alone ? 1 : threads);
  const searches: Searched[] = [];
  let open = Infinity;
  for (const candidates of searchK) {
    const found = Array.from({ length: repetitions }, () =>
      run('search', 'euclidean', columns, path, data.queryFile, k, candidates, threads, result),
    );
    open = Math.min(open, ...found.map((one) => one['opened']!));
    const ids = new Int32Array(new Uint8Array(readFileSync(result)).buffer, 0, queryCount * k);
    const seconds = Math.min(...found.map((one) => one['seconds']!));
    const cpu = Math.min(...found.map((one) => one['cpu']!));
    searches.push({ searchK: candidates, seconds, cpu, recall: recallOf(ids, truth) });
  }
  return { build: alone ? undefined : built['seconds'], buildCpu: built['cpu']!, open, searches };
}
