/**
 * `npm run bench -- annoy [--rows 200000] [--threads 1,2] [--picture docs/annoy-recall] [--large]`: Annoy indexes beside Annoy
 * itself, compiled for this machine from its npm package, or from the folder that SPILLWAY_BENCH_ANNOY names, exact search,
 * and the graphs of usearch and hnswlib-node where test/bench/peers has them. `--large`: opening an index of a gigabyte.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildAnnoy, openAnnoy } from 'spillway';

import { columns, fileOf, k, queryCount } from './annoy/data.js';
import { annoy, spillway, trees } from './annoy/engines.js';
import type { Measured } from './annoy/engines.js';
import { others } from './annoy/others.js';
import type { Other } from './annoy/others.js';
import { draw } from './annoy/picture.js';
import type { Point } from './annoy/picture.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    threads: { type: 'string', default: '1,2' },
    'search-k': { type: 'string', default: '300,500,1000,2000,5000,20000' },
    picture: { type: 'string' },
    large: { type: 'boolean', default: false },
    child: { type: 'string' },
  },
});

const rows = Number(values.rows);
const searchK = values['search-k'].split(',').map(Number);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Ours in a process of its own, as Annoy is. */
function spillwayInChild(threads: number): Measured {
  const script = fileURLToPath(import.meta.url);
  const parameters = ['--child', 'spillway', '--rows', String(rows), '--threads', String(threads)];
  const printed = execFileSync(process.execPath, [script, ...parameters, '--search-k', values['search-k']], {
    encoding: 'utf8',
  });
  return JSON.parse(printed) as Measured;
}

/** Queries a second at a recall, between the two measured ones around it; undefined beyond them, and where all are found. */
function rateAt(points: readonly Point[], recall: number): number | undefined {
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    if (recall < a.recall || recall > b.recall || recall > 0.9999) continue;
    const share = b.recall === a.recall ? 0 : (recall - a.recall) / (b.recall - a.recall);
    const [from, to] = [Math.log(a.queriesPerSecond), Math.log(b.queriesPerSecond)];
    return Math.exp(from + share * (to - from));
  }
  return undefined;
}

async function compareOn(threads: number): Promise<Point[]> {
  const ours = spillwayInChild(threads);
  const theirs = await annoy({ rows, threads, searchK });
  const pointsOf = (name: string, measured: Measured): Point[] =>
    measured.searches.map((search) => ({
      series: `${name}, ${threads} thread${threads === 1 ? '' : 's'}`,
      searchK: search.searchK,
      recall: search.recall,
      queriesPerSecond: queryCount / search.seconds,
    }));
  const [a, b] = [pointsOf('Spillway', ours), pointsOf('Annoy', theirs)];
  const seconds = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2));
  const ratio = theirs.build === undefined ? '–' : (ours.build! / theirs.build).toFixed(2);
  say(
    `\n${threads} threads: build ${seconds(ours.build)} s, Annoy ${seconds(theirs.build)} s, ratio ${ratio}`,
  );
  const cpuRatio = (ours.buildCpu / theirs.buildCpu).toFixed(2);
  say(
    `of the processor: ${ours.buildCpu.toFixed(2)} s, Annoy ${theirs.buildCpu.toFixed(2)} s, ratio ${cpuRatio}`,
  );
  say(`opening ${(ours.open * 1000).toFixed(2)} ms, Annoy ${(theirs.open * 1000).toFixed(2)} ms`);
  say(
    '| searchK | recall | queries/s | Annoy: recall | queries/s | at the same searchK | by processor time | at Annoy’s recall |',
  );
  say('|---|---|---|---|---|---|---|---|');
  b.forEach((point, i) => {
    const mine = a[i]!;
    const equal = rateAt(a, point.recall);
    const cells = [
      point.searchK.toLocaleString('en-US'),
      mine.recall.toFixed(4),
      mine.queriesPerSecond.toFixed(0),
      point.recall.toFixed(4),
      point.queriesPerSecond.toFixed(0),
      `${(mine.queriesPerSecond / point.queriesPerSecond).toFixed(2)} ×`,
      `${(theirs.searches[i]!.cpu / ours.searches[i]!.cpu).toFixed(2)} ×`,
      equal === undefined ? '–' : `${(equal / point.queriesPerSecond).toFixed(2)} ×`,
    ];
    say(`| ${cells.join(' | ')} |`);
  });
  return [...a, ...b];
}

/** The others, in a process of their own. */
function compareOthers(threads: number): readonly Point[] {
  const script = fileURLToPath(import.meta.url);
  const parameters = ['--child', 'others', '--rows', String(rows), '--threads', String(threads)];
  const printed = execFileSync(process.execPath, [script, ...parameters], { encoding: 'utf8' });
  const lines = printed.trimEnd().split('\n');
  for (const line of lines.slice(0, -1)) say(line);
  const measured = JSON.parse(lines.at(-1)!) as readonly Other[];
  say('\n| | ready after, s | width | recall | queries/s |');
  say('|---|---|---|---|---|');
  for (const { name, build, points } of measured) {
    for (const { searchK: width, recall, queriesPerSecond } of points) {
      const cells = [name, build.toFixed(2), String(width), recall.toFixed(4), queriesPerSecond.toFixed(0)];
      say(`| ${cells.join(' | ')} |`);
    }
  }
  return measured.flatMap(({ points }) => points);
}

/** Few trees over many rows: what opening costs does not depend on which of the two fills the file. */
async function openLarge(): Promise<void> {
  const path = fileOf('annoy-large.ann');
  const count = 3_700_000;
  const data = Float32Array.from(
    { length: count * columns },
    (_, i) => (Math.imul(i, 2_654_435_761) >>> 8) / 2 ** 24,
  );
  const { fileSize } = await buildAnnoy({ data, rows: count, cols: columns }, { path, trees: 2 });
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    const index = openAnnoy(path);
    const taken = performance.now() - start;
    void index.close();
    return taken;
  }).sort((a, b) => a - b);
  const middle = times[times.length >> 1]!;
  say(
    `opening ${(fileSize / 1e9).toFixed(2)} GB: ${times[0]!.toFixed(2)} ms at best, ${middle.toFixed(2)} ms in the middle`,
  );
}

async function main(): Promise<void> {
  const threads = values.threads.split(',').map(Number);
  if (values.child === 'others') {
    say(JSON.stringify(await others(rows, threads[0]!)));
    return;
  }
  if (values.child !== undefined) {
    say(JSON.stringify(await spillway({ rows, threads: threads[0]!, searchK })));
    return;
  }
  if (values.large) {
    await openLarge();
    return;
  }
  say(`${rows} × ${columns} float32 in clusters, ${trees} trees, ${queryCount} queries, k = ${k}`);
  const points: Point[] = [];
  for (const count of threads) points.push(...(await compareOn(count)), ...compareOthers(count));
  if (values.picture !== undefined) draw(values.picture, points);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
