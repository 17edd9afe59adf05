/**
 * Data larger than memory, and what its structure costs: folds, the replay cache, shards, and the algebra between them.
 * First on a small synthetic frame where every answer can be checked, then on three million flights.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { costs, desc, folds, glm, linalg, lm, mean, n, tbl } from 'spillway';
import type { Fold, Matrix, Table } from 'spillway';

const say = (...parts: readonly unknown[]): void => {
  process.stdout.write(`${parts.map(String).join('\n')}\n`);
};
const section = (title: string): void => {
  say(`\n## ${title}\n`);
};
const rounded = (values: Iterable<number>): string => [...values].map((value) => value.toFixed(4)).join('  ');

interface Car {
  g: string;
  wt: number;
  hp: number;
  mpg: number;
}

/** Six thousand rows with a known law: mpg = 30 − 5 wt − 0.05 hp + noise. */
function cars(): Car[] {
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (centre: number, spread: number): number =>
    centre + spread * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: 6000 }, (_, i) => {
    const wt = normal(3, 1);
    const hp = normal(150, 40);
    return { g: 'abc'[i % 3]!, wt, hp, mpg: 30 - 5 * wt - 0.05 * hp + normal(0, 1) };
  });
}

/** The normal equations as a monoid: two sums of matrices. */
interface Normal {
  readonly xtx: Matrix;
  readonly xty: Matrix;
}
const normalEquations: Fold<Normal, Normal, Pick<Car, 'mpg' | 'wt' | 'hp'>> = {
  init: () => ({ xtx: linalg.zeros(3, 3), xty: linalg.zeros(3, 1) }),
  update(acc, chunk) {
    const x = chunk.matrix(['wt', 'hp'], { intercept: true });
    const y = chunk.matrix(['mpg']);
    return {
      xtx: linalg.add(acc.xtx, linalg.crossprod(x)),
      xty: linalg.add(acc.xty, linalg.crossprod(x, y)),
    };
  },
  combine: (a, b) => ({ xtx: linalg.add(a.xtx, b.xtx), xty: linalg.add(a.xty, b.xty) }),
  commutative: true,
};

/** Least squares of one table in memory, for comparison. */
const fitOf = (table: Table<Pick<Car, 'mpg' | 'wt' | 'hp'>>): Matrix =>
  linalg.qrSolve(table.matrix(['wt', 'hp'], { intercept: true }), table.matrix(['mpg']));

async function synthetic(): Promise<void> {
  await tbl(cars()).writeVtr('cars.vtr');
  const frame = tbl<Car>('cars.vtr');
  const model = frame.select('mpg', 'wt', 'hp');

  section('A reduction that streams in one pass');
  say('rows, as a fold:', await frame.collectChunked((acc, chunk) => acc + chunk.numRows, { init: 0 })); // => 6000

  const { xtx, xty } = await model.collectChunked(normalEquations);
  const folded = linalg.solve(xtx, xty);
  say('least squares from X’X and X’y folded chunk by chunk:', rounded(folded.data));
  say('the same from all rows in memory by QR:', rounded(fitOf(await model.collect()).data));
  say(
    'and by lm, in one native pass:',
    rounded(Object.values((await lm(model, { y: 'mpg', x: ['wt', 'hp'] })).coefficients)),
  );

  section('The offload functor');
  await using s = await model.offload();
  const same = String(await s.collect()) === String(await model.collect());
  say('collect(offload(x)) is collect(x):', same); // => true
  say(model, '', s);
  const fit = await glm(s.chunkFeeder(), { y: 'mpg', x: ['wt', 'hp'], family: 'gaussian' });
  say('', 'a generalized linear model fed chunk by chunk, one replay for each pass:', fit);

  section('Coupling made local by sorting and partitioning');
  say(await frame.arrange(desc('mpg')).head(3).collect());

  await using p = await frame.offload({ by: 'g' });
  say(p);
  const fits = await p.groupMap((table) => rounded(fitOf(table).data));
  for (const { key, value } of fits) say(`${key.g}: ${value}`);
  say(
    await p.groupModify((table) => ({
      n: [table.numRows],
      mean_mpg: [
        table
          .column('mpg')
          .toArray()
          .reduce((sum, x) => sum + x, 0) / table.numRows,
      ],
    })),
  );

  section('The monoidal reduce, and the law it rests on');
  await using q = await frame.select('g', 'mpg', 'wt', 'hp').offload({ by: 'g' });
  const reduced = await q.collectChunked(normalEquations, { checkLaws: true });
  say('partitioned reduce:', rounded(linalg.solve(reduced.xtx, reduced.xty).data));
  const apart = linalg.solve(reduced.xtx, reduced.xty).data.map((x, i) => Math.abs(x - folded.data[i]!));
  say('equals the global fit:', Math.max(...apart) < 1e-9); // => true

  section('What the declared algebra permits');
  const count: Fold<number> = { init: () => 0, update: (acc, chunk) => acc + chunk.numRows };
  const sum = (a: number, b: number): number => a + b;
  say('nothing declared', await frame.explain({ fold: count }));
  say('', 'a monoid', await frame.explain({ fold: { ...count, combine: sum } }));
  say(
    '',
    'a commutative monoid',
    await frame.explain({ fold: { ...count, combine: sum, commutative: true } }),
  );
  say(
    '',
    'a ready fold',
    await frame.explain({ fold: folds.crossprod({ x: ['wt', 'hp'], y: 'mpg', intercept: true }) }),
  );

  section('The cost tiers');
  say(
    costs({
      'count, mean by group': frame.groupBy('g').summarise({ n: n(), mpg: mean('mpg') }),
      'rows that pass a filter': frame.filter((r) => r.wt.gt(3)),
      'sorted by mpg': frame.arrange('mpg'),
      'the replay cache': s,
      'one shard': p.get({ g: 'a' })!.query,
    }),
  );
}

interface Flight {
  date: Date;
  delay: number;
  distance: number;
  origin: string;
  destination: string;
}

/** The file that the npm package vega-datasets brings along. */
function flightsParquet(): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  let folder = path.dirname(entry);
  while (!existsSync(path.join(folder, 'data', 'flights-3m.parquet'))) folder = path.dirname(folder);
  return path.join(folder, 'data', 'flights-3m.parquet');
}

async function flights(): Promise<void> {
  section('Three million flights: the two tiers side by side');
  await using all = await tbl<Flight>(flightsParquet()).dropNull('delay').offload();
  const streamed = await all.collectChunked(
    folds.all({
      rows: folds.count(),
      airports: folds.distinctSketch('origin'),
      delay: folds.quantileSketch('delay'),
      moments: folds.moments('delay'),
      worst: folds.topK('delay', 3, { columns: ['origin', 'destination'] }),
    }),
  );
  const exact = await all.collectChunked(
    folds.all({ airports: folds.distinct('origin'), delay: folds.median('delay') }),
  );
  say(
    `one pass, bounded memory:  ${streamed.rows} rows, about ${streamed.airports.estimate.toFixed(0)} airports, ` +
      `median delay near ${streamed.delay.quantile(0.5)}`,
    `by sorting, exact:         ${exact.airports} airports, median delay ${exact.delay}`,
  );

  section('How likely is a delay of over 15 minutes, by distance?');
  const prepared = all.transmute({ late: (r) => r.delay.gt(15), miles: (r) => r.distance.div(1000) });
  await using late = await prepared.offload();
  say(await glm(late, { y: 'late', x: ['miles'], family: 'binomial' }));

  section('A fit for each airport');
  await using byOrigin = await all.offload({ by: 'origin' });
  say(byOrigin);
  const slopes = await byOrigin.groupModify((table) => {
    // Rows of X'X for X = (1, distance, delay): the sums that a line needs. All flights of one length have no slope.
    const [rows = 0, x = 0, y = 0, , xx = 0, xy = 0] = linalg.crossprod(
      table.matrix(['distance', 'delay'], { intercept: true }),
    ).data;
    return { flights: [rows], minutes_per_mile: [(rows * xy - x * y) / (rows * xx - x * x)] };
  });
  say(await tbl(slopes).arrange(desc('flights')).head(5).collect());
  say(
    'one airport reads one shard:',
    await byOrigin
      .query()
      .filter((r) => r.origin.eq('SFO'))
      .explain(),
  );
}

async function main(): Promise<void> {
  await synthetic();
  await flights();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
