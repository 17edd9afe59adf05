/** `kill -9` at random moments of builds over an index that is there: what is found is the old one or the new one, whole. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { buildAnnoy, createMatrix, openAnnoy } from '../../src/index.js';
import { answersOf, makePoints } from './annoy-points.js';
import { childScript, ended } from './run-child.js';
import { namesIn, scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const builds = [
  { trees: 4, seed: 1 },
  { trees: 40, seed: 2 },
  { trees: 12, seed: 3 },
];
/** MD5 of the index → what it answers. */
const whole = new Map<string, string>();
const places = ['a', 'b'].map((name) => join(folder, name));

beforeAll(async () => {
  const points = makePoints(3000, 8);
  for (const place of places) {
    mkdirSync(place);
    createMatrix(join(place, 'ref'), { ...points }).close();
  }
  for (const place of places) {
    for (const build of builds) {
      const index = await buildAnnoy(join(place, 'ref.desc'), { path: join(place, 'ref.ann'), ...build });
      whole.set(index.fileMd5 ?? '', await answersOf(index));
      await index.close();
    }
  }
  expect(whole.size).toBe(builds.length);
});

/** Kills a process that builds, `delay` ms after it has begun. */
async function killBuilder(place: string, delay: number): Promise<void> {
  const child = spawn(process.execPath, [childScript('build-annoy'), place, '1000000']);
  child.stdout.once('data', () => void sleep(delay).then(() => child.kill('SIGKILL')));
  const { signal, errors } = await ended(child);
  expect({ signal, errors }).toEqual({ signal: 'SIGKILL', errors: '' });
}

const expected = ['ref.ann', 'ref.ann.meta', 'ref.bin', 'ref.desc'];

test.concurrent.each(places)('fifty kills in %s', { timeout: 300_000 }, async (place) => {
  const path = join(place, 'ref.ann');
  const found = new Set<string>();
  const left = new Set<string>();
  for (let kill = 0; kill < 50; kill += 1) {
    await killBuilder(place, (kill * 29) % 67);
    const index = openAnnoy(path);
    const bytes = createHash('md5').update(readFileSync(path)).digest('hex');
    expect(index.fileMd5).toBe(bytes);
    expect(await answersOf(index)).toBe(whole.get(bytes));
    expect((await index.validate({ strict: true })).valid).toBe(true);
    await index.close();
    found.add(bytes);
    for (const name of namesIn(place))
      if (!expected.includes(name)) left.add(name.replaceAll(/[0-9a-f]{4,}/g, '…'));
    if (kill % 10 !== 9) continue;
    await buildAnnoy(join(place, 'ref.desc'), { path, ...builds[kill % 3]! });
    expect(namesIn(place)).toEqual(expected);
  }
  // They were killed in the middle of things, and not always in the same one.
  expect(found.size).toBeGreaterThan(1);
  expect(left.size).toBeGreaterThan(1);
});
