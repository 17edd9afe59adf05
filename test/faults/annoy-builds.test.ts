/** Builds that do not come to their end: full disks, signals, files that fail. The old index stays, nothing else does. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { EngineError, buildAnnoy, openAnnoy } from '../../src/index.js';
import { injectFileFault } from '../../src/storage/disk-file.js';
import { ioError } from '../../src/storage/io-error.js';
import { answersOf, makePoints } from './annoy-points.js';
import { childScript, ended } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const roomBytes = 2 * 2 ** 20;
// In blocks of 512 bytes, as the standard's shell counts; node is told of the limit by an error, not by a signal.
const limited = [
  'sh',
  '-c',
  `ulimit -f ${String(roomBytes / 512)}; exec "$0" "$@"`,
  process.execPath,
] as const;

const mounted: string[] = [];
afterAll(() => {
  injectFileFault(undefined);
  for (const place of mounted) spawnSync('umount', [place]);
});

/** A small disk where the system lets us make one, else a limit on the size of each file. */
function smallDisk(place: string): readonly [string, ...string[]] {
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(roomBytes)}`, 'tmpfs', place]);
  if (made.status !== 0) return limited;
  mounted.push(place);
  return [process.execPath];
}

interface Report {
  readonly outcomes: readonly {
    readonly name: string;
    readonly code?: string;
    readonly message?: string;
    readonly path?: string;
    readonly files?: readonly string[];
  }[];
  readonly same: boolean;
  readonly valid: boolean;
  readonly trees: number;
  readonly files: readonly string[];
}

test.each([
  ['a small disk', smallDisk],
  ['a limit of file sizes', () => limited],
] as const)('%s', { timeout: 120_000 }, async (name, commandIn) => {
  const place = join(folder, name.replaceAll(' ', '-'));
  mkdirSync(place);
  const [command, ...args] = commandIn(place);
  const child = spawn(command, [...args, childScript('fill-disk-annoy'), place]);
  const { code, out, errors } = await ended(child, 100_000);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  const report = JSON.parse(out) as Report;
  expect(report.outcomes.length).toBe(4);
  for (const outcome of report.outcomes) {
    expect(outcome.code, `${outcome.name}: ${String(outcome.message)}`).toBe('no-space');
    expect(outcome.path, outcome.name).toContain(place);
    expect(outcome.files, outcome.name).toEqual(['kept.ann', 'kept.ann.meta']);
  }
  expect(report).toMatchObject({ same: true, valid: true, trees: 6, files: ['kept.ann', 'kept.ann.meta'] });
});

const large = makePoints(30_000, 24);
const small = makePoints(500, 24);

/** How a build ended that is stopped after so many milliseconds, and how long after. */
async function stopped(options: { path: string }, milliseconds: number): Promise<[string, number]> {
  const stop = new AbortController();
  let at = Number.POSITIVE_INFINITY;
  const building = buildAnnoy(large, { trees: 40, ...options, signal: stop.signal }).then(
    () => 'done',
    (error: unknown) => (error as EngineError).code,
  );
  void sleep(milliseconds).then(() => {
    at = performance.now();
    stop.abort();
  });
  const outcome = await building;
  return [outcome, performance.now() - at];
}

test('builds stopped by a signal, at any moment', { timeout: 120_000 }, async () => {
  const place = join(folder, 'stopped');
  mkdirSync(place);
  const path = join(place, 'kept.ann');
  const kept = await buildAnnoy(small, { path, trees: 5 });
  const answers = await answersOf(kept);
  const before = readFileSync(path);
  let cancelled = 0;
  let slowest = 0;
  for (const options of [{}, { onDisk: true }, { seeding: 'annoy' }, { memory: '8MB' }] as const) {
    for (const milliseconds of [0, 3, 20, 60, 120, 250]) {
      const [outcome, after] = await stopped({ path, ...options }, milliseconds);
      if (outcome === 'done') {
        await (await buildAnnoy(small, { path, trees: 5 })).close();
        continue;
      }
      expect(outcome).toBe('cancelled');
      cancelled += 1;
      slowest = Math.max(slowest, after);
      expect(namesIn(place)).toEqual(['kept.ann', 'kept.ann.meta']);
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  }
  expect(cancelled).toBeGreaterThan(10);
  // Within 100 ms where nothing else runs; here others do.
  expect(slowest).toBeLessThan(1000);
  expect(await answersOf(openAnnoy(path))).toBe(answers);
  await expect(
    buildAnnoy(small, { path, signal: AbortSignal.abort(new Error('why')) }),
  ).rejects.toMatchObject({ code: 'cancelled', cause: { message: 'why' } });
});

test('searches stopped by a signal', { timeout: 60_000 }, async () => {
  const path = join(folder, 'searched.ann');
  const index = await buildAnnoy(large, { path, trees: 10 });
  const whole = await index.search({ k: 5 });
  for (const milliseconds of [0, 5, 30]) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), milliseconds);
    const search = index.search({ k: 10, searchK: 20_000, signal: stop.signal });
    await expect(search).rejects.toMatchObject({ name: 'EngineError', code: 'cancelled' });
  }
  const again = await index.search({ k: 5 });
  expect(again.index).toEqual(whole.index);
  await index.close();
});

test('every operation on files fails once: the old index or the new one', { timeout: 120_000 }, async () => {
  const place = join(folder, 'failing');
  mkdirSync(place);
  const path = join(place, 'kept.ann');
  const build = async (seed: number): Promise<string> => {
    const index = await buildAnnoy(small, { path, trees: 5, seed });
    const answers = await answersOf(index);
    await index.close();
    return answers;
  };
  const [second, first] = [await build(2), await build(1)];
  let failures = 0;
  for (let failing = 1; ; failing += 1) {
    let operations = 0;
    injectFileFault((operation, name) => {
      // What cannot be removed stays, until its process is dead and the next one sweeps.
      if (operation === 'remove') return;
      operations += 1;
      if (operations === failing) throw ioError(operation, name, { code: 'ENOSPC' });
    });
    const failure: unknown = await build(2).catch((error: unknown) => error);
    injectFileFault(undefined);
    const found = openAnnoy(path);
    expect([first, second]).toContain(await answersOf(found));
    expect((await found.validate()).valid).toBe(true);
    await found.close();
    if (operations < failing) break;
    failures += 1;
    if (failure instanceof Error) expect(failure).toBeInstanceOf(EngineError);
    // Putting the old one back sweeps what the failure may have left.
    expect(await build(1)).toBe(first);
    expect(namesIn(place)).toEqual(['kept.ann', 'kept.ann.meta']);
  }
  expect(failures).toBeGreaterThan(8);
});
