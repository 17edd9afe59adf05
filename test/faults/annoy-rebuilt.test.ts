/** Indexes that are rebuilt, cut or removed while others have them open or are about to. */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildAnnoy, createMatrix, openAnnoy, tbl } from '../../src/index.js';
import { answersOf, makePoints } from './annoy-points.js';
import { childScript, ended, jsonOfChild } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const points = makePoints(3000, 8);

interface Seen {
  readonly answers: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
}

test(
  'two processes search while a third rebuilds: each sees a whole index',
  { timeout: 120_000 },
  async () => {
    const place = join(folder, 'rebuilt');
    mkdirSync(place);
    createMatrix(join(place, 'ref'), { ...points }).close();
    const path = join(place, 'ref.ann');
    await buildAnnoy(join(place, 'ref.desc'), { path, trees: 4, seed: 1 });
    const builder = spawn(process.execPath, [childScript('build-annoy'), place, '1000000']);
    const building = ended(builder, 60_000);
    const seen = await Promise.all(
      [1, 2].map(() => jsonOfChild<Seen>('search-annoy', [path, '4000'], 60_000)),
    ).finally(() => builder.kill('SIGKILL'));
    expect((await building).errors).toBe('');
    const answers = new Set(seen.flatMap((one) => Object.keys(one.answers)));
    for (const { failures } of seen) expect(failures).toEqual({});
    // One answer for each of the builds that take turns: none is a mixture.
    expect(answers.size).toBeGreaterThan(1);
    expect(answers.size).toBeLessThanOrEqual(3);
    expect(new Set([...answers].map((answer) => answer.slice(0, 32))).size).toBe(answers.size);
  },
);

test('an open index goes on with its own version; a closed one says that there is another', async () => {
  const path = join(folder, 'version.ann');
  const first = await buildAnnoy(points, { path, seed: 1, trees: 10, loadMode: 'eager' });
  const before = await answersOf(first);
  const second = await buildAnnoy(points, { path, seed: 2, trees: 3, loadMode: 'eager' });
  expect(await answersOf(first)).toBe(before);
  expect(await answersOf(second)).not.toBe(before);
  await first.close();
  await expect(answersOf(first)).rejects.toMatchObject({
    name: 'EngineError',
    code: 'changed',
    detail: { path },
  });
  expect(first.isLoaded).toBe(false);
  expect(await answersOf(openAnnoy(path))).toBe(await answersOf(second));
});

test('an open index outlives its files', async () => {
  const path = join(folder, 'removed.ann');
  const index = await buildAnnoy(points, { path, trees: 10, loadMode: 'eager' });
  const before = await answersOf(index);
  rmSync(path);
  rmSync(`${path}.meta`);
  expect(await answersOf(index)).toBe(before);
  await index.close();
  await expect(answersOf(index)).rejects.toMatchObject({ code: 'io', detail: { path } });
});

test.each([
  ['cut', (path: string) => truncateSync(path, 10_000)],
  ['emptied', (path: string) => truncateSync(path, 0)],
  ['grown', (path: string) => appendFileSync(path, new Uint8Array(48_000))],
  ['touched', (path: string) => utimesSync(path, new Date(), new Date(0))],
  ['written over', (path: string) => writeFileSync(path, new Uint8Array(readFileSync(path).length))],
])('an index that is %s while it is open is told of', async (what, damage) => {
  const path = join(folder, `${what}.ann`);
  const index = await buildAnnoy(points, { path, trees: 10, loadMode: 'eager' });
  await answersOf(index);
  const good = join(folder, `${what}-good.ann`);
  cpSync(path, good);
  damage(path);
  await expect(answersOf(index)).rejects.toMatchObject({
    name: 'EngineError',
    code: 'changed',
    detail: { path },
  });
  await expect(index.search({ k: 3 })).rejects.toMatchObject({ code: 'changed' });
  const report = await index.validate({ strict: false });
  expect(report.checks.some(({ passed }) => !passed)).toBe(true);
  await index.close();
});

test('a build of a path that another one builds is refused', async () => {
  const path = join(folder, 'wanted.ann');
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4].map((seed) => buildAnnoy(points, { path, seed, trees: 20 })),
  );
  expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ name: 'EngineError', code: 'locked', detail: { path } });
  }
  expect((await openAnnoy(path).validate()).valid).toBe(true);
  expect(namesIn(folder).filter((name) => name.startsWith('wanted'))).toEqual([
    'wanted.ann',
    'wanted.ann.meta',
  ]);
});

test('a join over an index: rebuilt, it goes on; cut, it says so', async () => {
  const path = join(folder, 'joined.ann');
  const index = await buildAnnoy(points, { path, seed: 1, trees: 10, loadMode: 'eager' });
  const names = Array.from({ length: 8 }, (_, j) => `c${String(j)}`);
  const asked = makePoints(500, 8, 9);
  const columns = names.map((_, j) =>
    Float64Array.from({ length: asked.rows }, (_, i) => asked.data[8 * i + j]!),
  );
  const queries = tbl(Object.fromEntries(names.map((name, j) => [name, columns[j]!])));
  const joined = queries.annoyJoin(index, { on: names, k: 3, searchK: 200 });
  const before = await joined.pull('index');
  expect(before).toEqual([...(await index.search(asked, { k: 3, searchK: 200 })).index]);
  await buildAnnoy(points, { path, seed: 2, trees: 3 });
  expect(await joined.pull('index')).toEqual(before);
  await index.close();
  await expect(joined.pull('index')).rejects.toMatchObject({ code: 'changed', detail: { path } });
  const again = openAnnoy(path);
  const cut = queries.annoyJoin(again, { on: names, k: 3 });
  expect((await cut.pull('rank')).length).toBe(1500);
  truncateSync(path, 5000);
  await expect(cut.pull('index')).rejects.toMatchObject({
    name: 'EngineError',
    code: 'changed',
    detail: { path },
  });
});
