/** Files go both ways between Annoy, as it is in npm, and this package: the same answers, and where it can be, the same bytes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildAnnoy, openAnnoy } from 'spillway';
import type { AnnoyMetric } from 'spillway';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { AnnoyProgram } from './annoy-program.js';
import type { FloatRows } from './annoy-program.js';
import { expectFound } from './found-lists.js';

const folder = mkdtempSync(path.join(tmpdir(), 'annoy-exchange-'));
afterAll(() => rmSync(folder, { recursive: true }));

let annoy: AnnoyProgram;
beforeAll(() => {
  annoy = new AnnoyProgram(folder);
});

const trees = 8;
const metrics: readonly AnnoyMetric[] = ['euclidean', 'angular', 'manhattan', 'dot', 'hamming'];

/** Values from −1 to 1; bits for `hamming`. The same every time. */
function valuesOf(metric: AnnoyMetric, rows: number, cols: number, seed: number): FloatRows {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const data = Float32Array.from({ length: rows * cols }, next);
  return { data: metric === 'hamming' ? data.map((value) => Number(value > 0)) : data, rows, cols };
}

const shapes = [
  { rows: 400, cols: 6 },
  { rows: 500, cols: 33 },
  { rows: 3, cols: 7 },
];
const searches = [
  { k: 10, searchK: -1 },
  { k: 5, searchK: 20 },
  { k: 20, searchK: 300 },
];

describe.each(metrics.flatMap((metric) => shapes.map((shape) => ({ metric, ...shape }))))(
  '$rows × $cols under $metric',
  ({ metric, rows, cols }) => {
    const values = valuesOf(metric, rows, cols, 5);
    const queries = valuesOf(metric, 25, cols, 17);
    const file = (name: string): string => path.join(folder, `${name}-${metric}-${rows}-${cols}.ann`);
    const reachable = searches.map((search) => ({ ...search, k: Math.min(search.k, rows) }));

    test("what Annoy has built is searched here with Annoy's answers", async () => {
      const index = file('theirs');
      annoy.build(metric, values, index, trees, 3);
      const opened = openAnnoy(index, { metric, dimension: cols });
      expect(opened.items).toBe(rows);
      expect((await opened.validate()).valid).toBe(true);
      for (const search of reachable) {
        const expected = annoy.search({ metric, index, queries, ...search });
        expectFound(metric, await opened.search(queries, search), expected);
      }
    });

    // Files of products have had another layout since Annoy 1.17.2; the one in npm is older, and reads only the old one.
    const readable = metric === 'dot' ? [] : (['tree', 'annoy'] as const);
    test.each(readable)(
      'what was built here, seeding %s, gives Annoy the answers it gives here',
      async (seeding) => {
        const index = file(seeding);
        const built = await buildAnnoy(values, { path: index, metric, trees, seed: 3, seeding });
        for (const search of reachable) {
          const expected = annoy.search({ metric, index, queries, ...search });
          expectFound(metric, await built.search(queries, search), expected);
        }
      },
    );
  },
);

test.each(['euclidean', 'angular', 'manhattan'] as const)(
  'the same seed gives the same bytes: %s',
  async (metric) => {
    const values = valuesOf(metric, 700, 7, 23);
    const [theirs, ours] = [path.join(folder, `${metric}-a.ann`), path.join(folder, `${metric}-b.ann`)];
    annoy.build(metric, values, theirs, trees, 12);
    await buildAnnoy(values, { path: ours, metric, trees, seed: 12, seeding: 'annoy', fused: false });
    expect(readFileSync(ours).equals(readFileSync(theirs))).toBe(true);
  },
);
