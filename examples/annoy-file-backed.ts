/**
 * Persisted reference, persisted index, persisted outputs: an Annoy index over a matrix on disk, searched by everything that
 * names a matrix, with results written into matrices. First five points, where every number can be checked; then the days of
 * American airports: which ones went alike?
 */
import { basename } from 'node:path';

import {
  buildAnnoy,
  createMatrix,
  knn,
  mean,
  n,
  openAnnoy,
  openMatrix,
  quantile,
  recall,
  sd,
  tbl,
} from 'spillway';
import type { AnnoyIndex, AnnoyResult } from 'spillway';

const say = (...parts: readonly unknown[]): void => {
  process.stdout.write(`${parts.map(String).join('\n')}\n`);
};
const section = (title: string): void => {
  say(`\n## ${title}\n`);
};
const line = (values: Iterable<number>): string => [...values].join(' ');
const rounded = (values: Iterable<number>): string =>
  line([...values].map((value) => Math.round(value * 1000) / 1000));

const show = ({ index, distance }: AnnoyResult): void => {
  say(line(index), rounded(distance));
};

async function fivePoints(): Promise<void> {
  section('An index from the path of a descriptor');
  const reference = [
    [0, 0],
    [5, 0],
    [0, 5],
    [5, 5],
    [9, 9],
  ];
  createMatrix('ref', { rows: 5, cols: 2, data: reference }).close(); // ref.bin and ref.desc
  // Annoy's own sequence of random numbers: the same bytes as R's bigANNOY and as Annoy on one thread.
  const index = await buildAnnoy('ref.desc', {
    path: 'ref.ann',
    trees: 25,
    seed: 99,
    seeding: 'annoy',
    loadMode: 'lazy',
  });
  say(index, '');
  say(index.fileSize, index.fileMd5); // => c2eab887babb44656824ba64e545d6c9

  section('Queries: a live matrix, its descriptor, the path of that, separated columns');
  const data = [
    [0.2, 0.1],
    [4.7, 5.1],
  ];
  const asked = { k: 2, searchK: 100, base: 1 } as const; // rows count from 1, as in R
  const query = createMatrix('query', { rows: 2, cols: 2, data });
  const separated = createMatrix('query-sep', { rows: 2, cols: 2, separated: true, data });
  show(await index.search(query, asked)); // => 1 2 4 3
  show(await index.search(query.descriptor, asked)); // => 1 2 4 3
  show(await index.search('query.desc', asked)); // => 1 2 4 3
  show(await index.search(separated, asked)); // => 0.224 4.801 0.316 4.701

  section('Results in matrices on disk');
  const nearest = createMatrix('nn_index', { rows: 2, cols: 2, type: 'int32' });
  createMatrix('nn_distance', { rows: 2, cols: 2 }).close();
  await index.search(query.descriptor, {
    k: 2,
    base: 1,
    into: { index: nearest.descriptor, distance: 'nn_distance.desc' },
  });
  nearest.close();
  using again = openMatrix('nn_index.desc', { readOnly: true });
  using distances = openMatrix('nn_distance.desc', { readOnly: true });
  say(line((await again.read()).data as Int32Array)); // => 1 2 4 3
  say(rounded((await distances.read()).data as Float64Array)); // => 0.224 4.801 0.316 4.701
  await index.close();
}

interface Flight {
  date: Date;
  delay: number;
  distance: number;
  origin: string;
  destination: string;
}

const coordinates = ['early', 'middle', 'late', 'worst', 'spread', 'busy', 'far'] as const;
const k = 10;

/** Each day of each airport with at least twenty flights, as numbers of about the same size. */
const days = tbl<Flight>('flights.parquet')
  .dropNull('delay')
  .mutate({ day: (r) => r.date.dateTrunc('day') })
  .groupBy('origin', 'day')
  .summarise({
    flights: n(),
    early: quantile('delay', 0.1),
    middle: quantile('delay', 0.5),
    late: quantile('delay', 0.9),
    worst: quantile('delay', 0.98),
    spread: sd('delay'),
    far: mean('distance'),
  })
  .filter((r) => r.flights.ge(20))
  .mutate({
    early: (r) => r.early.div(5),
    middle: (r) => r.middle.div(5),
    late: (r) => r.late.div(20),
    worst: (r) => r.worst.div(40),
    spread: (r) => r.spread.div(20),
    busy: (r) => r.flights.ln().mul(2),
    far: (r) => r.far.div(200),
  })
  .arrange('origin', 'day');

async function daysOfAirports(): Promise<void> {
  section('Days of airports');
  const table = await days.collect();
  const { data, rows, cols } = table.matrix(coordinates);
  createMatrix('days', { rows, cols, data }).close();
  say(`${String(rows)} days, ${String(cols)} coordinates`);
  const index = await buildAnnoy('days.desc', { path: 'days.ann', trees: 30 });
  say(
    `built: ${String(index.trees)} trees, ${basename(index.path)}, ${basename(String(index.metadataPath))}`,
  ); // => built: 30 trees, days.ann, days.ann.meta

  section('Every day asks for the ten most like it, into matrices');
  createMatrix('like', { rows, cols: k, type: 'int32' }).close();
  createMatrix('unlike', { rows, cols: k }).close();
  const written = await index.search({
    k,
    searchK: 3000,
    into: { index: 'like.desc', distance: 'unlike.desc' },
  });
  say(`every day has its answer: ${String(written.rows === rows)}`); // => every day has its answer: true
  await index.close();

  section('In another process, later');
  await searchAgain(openAnnoy('days.ann', { loadMode: 'lazy' }), rows);
}

async function searchAgain(index: AnnoyIndex, rows: number): Promise<void> {
  const { valid, checks } = await index.validate({ strict: true });
  say(`valid: ${String(valid)}, by ${String(checks.length)} checks`); // => valid: true
  using like = openMatrix('like.desc', { readOnly: true });
  const found = { index: Uint32Array.from((await like.read()).data as Int32Array), rows, k };
  const exact = await knn('days.desc', { k });
  const { mean: share } = await recall(found, exact);
  say(`recall is above 0.9: ${String(share > 0.9)}`); // => recall is above 0.9: true

  section('As much as is needed');
  const sample = openMatrix('days.desc').subMatrix({ rows: { first: 0, end: 2000 } });
  const tuned = await index.search(sample, { k, targetRecall: 0.99 });
  say(`searchK chosen for a recall of 0.99: ${String(tuned.searchK)}`); // => searchK chosen
  say(`found by queries that had no part in it: ${String(tuned.tuned?.recall.toFixed(3))}`);
  await index.close();
}

async function inThePlan(): Promise<void> {
  section('In the plan');
  const index = openAnnoy('days.ann');
  const blizzard = days.filter((r) => r.flights.gt(300)).sliceMax('late', 1);
  const alike = blizzard.annoyJoin(index, { on: [...coordinates], k: 3, searchK: 3000, reference: days });
  say(await alike.explain()); // => annoy-join: days.ann
  say(await alike.select('origin', 'day', 'rank', 'distance', 'origin_right', 'day_right').collect());
  await index.close();
}

await fivePoints();
await daysOfAirports();
await inThePlan();
