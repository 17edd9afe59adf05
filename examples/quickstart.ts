/**
 * Three million real flights: Parquet to .vtr, then questions asked of the .vtr. Run by `npm run quickstart`.
 * Everything is printed as it is measured; the longest delay of the event loop is watched all along.
 */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { desc, mean, n, quantile, tbl } from 'spillway';

interface Flight {
  /** Scheduled departure. */
  date: Date;
  /** Minutes late at arrival. */
  delay: number;
  /** Miles. */
  distance: number;
  origin: string;
  destination: string;
}

const say = (text = ''): boolean => process.stdout.write(`${text}\n`);
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(2)} s`;
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** The file that the npm package vega-datasets brings along. */
function flightsParquet(): string {
  const entry = createRequire(import.meta.url).resolve('vega-datasets');
  let folder = path.dirname(entry);
  while (!existsSync(path.join(folder, 'data', 'flights-3m.parquet'))) {
    if (folder === path.dirname(folder)) throw new Error('vega-datasets is not installed: run npm ci');
    folder = path.dirname(folder);
  }
  return path.join(folder, 'data', 'flights-3m.parquet');
}

async function main(): Promise<void> {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const begin = performance.now();

  const parquet = flightsParquet();
  say(`Reading ${path.basename(parquet)} (${mib(statSync(parquet).size)}), writing flights.vtr`);
  let start = performance.now();
  const written = await tbl<Flight>(parquet).writeVtr('flights.vtr', {
    onProgress: ({ rows, fraction }) => {
      const percent = fraction === undefined ? '' : `  ${(fraction * 100).toFixed(0)} %`;
      if (process.stdout.isTTY) process.stdout.write(`\r  ${rows.toLocaleString('en-US')} rows${percent}   `);
    },
  });
  if (process.stdout.isTTY) process.stdout.write('\r');
  say(`  ${written.rows.toLocaleString('en-US')} rows, ${mib(written.bytes)}, ${seconds(start)}\n`);

  const flights = tbl<Flight>('flights.vtr');

  say('The ten worst airports by mean delay among flights over 500 miles');
  start = performance.now();
  const worst = flights
    .filter((r) => r.distance.gt(500))
    .groupBy('origin')
    .summarise({ flights: n(), delay: mean('delay'), p95: quantile('delay', 0.95) })
    .filter((r) => r.flights.ge(100))
    .arrange(desc('delay'))
    .head(10);
  say(String(await worst.collect()));
  say(`${seconds(start)}\n`);

  say('Delay by hour of departure');
  start = performance.now();
  const byHour = flights
    .mutate({ hour: (r) => r.date.hour() })
    .groupBy('hour')
    .summarise({ flights: n(), delay: mean('delay'), late: (r) => mean(r.delay.gt(15).cast('int32')) })
    .arrange('hour');
  const hours = await byHour.collect();
  say(hours.toString({ maxRows: 24 }));
  say(`${seconds(start)}\n`);

  say('The ten most delayed flights: all of them sorted into a second file with 64 MB of memory');
  start = performance.now();
  const sorted = await flights
    .arrange(desc('delay'), 'date', 'origin')
    .writeVtr('by-delay.vtr', { memory: '64MB' });
  say(String(await tbl<Flight>('by-delay.vtr').head(10).collect()));
  say(
    `${seconds(start)}; ${mib(sorted.stats.spillBytes)} spilled, engine memory at most ${mib(sorted.stats.peakMemory)} of 64 MiB\n`,
  );

  say('How the first question was answered');
  say(await worst.explain({ run: true }));

  loop.disable();
  const bytes = statSync('flights.vtr').size + statSync('by-delay.vtr').size;
  say(
    `\n${written.rows.toLocaleString('en-US')} rows, ${mib(bytes)} written, ${seconds(begin)} in all; ` +
      `peak memory of the process ${mib(process.resourceUsage().maxRSS * 1024)}; ` +
      `longest event-loop delay ${(loop.max / 1e6).toFixed(1)} ms`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
