/** An index that someone cuts while it is searched: an error, and a process that lives. */
import { copyFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { buildAnnoy, openAnnoy } from '../../src/index.js';
import { makePoints } from './annoy-points.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();

test('a hundred cuts in the middle of a search', { timeout: 120_000 }, async () => {
  const points = makePoints(20_000, 16);
  const path = join(folder, 'whole.ann');
  await (await buildAnnoy(points, { path, trees: 10 })).close();
  const { size } = statSync(path);
  const outcomes = new Map<string, number>();
  const search = { k: 5, searchK: 4000 } as const;
  const usual = await openAnnoy(path).search(points, search);
  for (let run = 0; run < 100; run++) {
    const cut = join(folder, 'cut.ann');
    copyFileSync(path, cut);
    const index = openAnnoy(cut, { metric: 'euclidean', dimension: 16 });
    const searching = index.search(points, search).then(
      ({ index: found }) =>
        Buffer.from(found.buffer).equals(Buffer.from(usual.index.buffer)) ? 'right' : 'wrong',
      (error: unknown) => (error as { code?: string }).code ?? 'no code',
    );
    await wait(run % 25);
    truncateSync(cut, Math.floor((size * ((run * 37) % 100)) / 100));
    const outcome = await searching;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    await index.close();
  }
  // A search that was over before the cut is right; any other says what happened.
  expect([...outcomes.keys()].filter((outcome) => outcome !== 'right')).toEqual(['changed']);
  expect(outcomes.get('changed')).toBeGreaterThan(20);
});
