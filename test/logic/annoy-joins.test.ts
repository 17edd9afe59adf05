/** Queries over `annoyJoin`, made up at random: the rows that plain loops give over what the index finds, under every setting. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunOptions } from '../../src/exec/run-options.js';
import type { AnnoyIndex } from '../../src/index.js';
import { openAnnoy, tbl } from '../../src/index.js';
import { rules } from '../../src/plan/rules/index.js';
import type { Query } from '../../src/query/query.js';
import { annoyFile } from '../fixtures/annoy-file.js';

const settings: readonly Omit<RunOptions, 'int64' | 'dates'>[] = [
  {},
  { threads: 1, batchRows: 5 },
  { threads: 8, morselPages: 1 },
  { forceSpill: true, threads: 2 },
  { rules: { off: ['all'] } },
  ...rules.map(({ name }) => ({ rules: { off: [name] } })),
];

interface Place {
  place: number;
  x: number;
  y: number;
  kind: string | null;
}
interface Near extends Place {
  rank: number;
  distance: number;
  index: number;
  place_right?: number;
  kind_right?: string | null;
}

// On a grid, so that many distances are equal.
const places: readonly Place[] = Array.from({ length: 400 }, (_, i) => ({
  place: i,
  x: (i * 7) % 23,
  y: (i * 31) % 29,
  kind: i % 6 === 0 ? null : `kind ${i % 4}`,
}));

let folder = '';
let index: AnnoyIndex;
let query: Query<Place>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'spillway-annoy-logic-'));
  const file = path.join(folder, 'places.ann');
  const rows = places.map(({ x, y }) => [x, y]);
  writeFileSync(file, annoyFile(rows, 4));
  index = openAnnoy(file, { metric: 'euclidean', dimension: 2 });
  await tbl(places.map((row) => ({ ...row }))).writeVtr(path.join(folder, 'places.vtr'));
  query = tbl<Place>(path.join(folder, 'places.vtr'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the index itself finds for every place. */
async function neighborsOf(k: number, searchK: number, excludeSelf: boolean): Promise<readonly Near[]> {
  const rows = places.map(({ x, y }) => [x, y]);
  const options = { k, searchK };
  const found = await (excludeSelf ? index.search(options) : index.search(rows, options));
  return [...found.index].flatMap((item, at) => {
    if (Number.isNaN(found.distance[at])) return [];
    const { place: place_right, kind: kind_right } = places[item]!;
    const made = { rank: (at % k) + 1, distance: found.distance[at]!, index: item, place_right, kind_right };
    return [{ ...places[Math.floor(at / k)]!, ...made }];
  });
}

type Test = 'place' | 'kind' | 'rank' | 'distance' | 'index' | 'sum' | 'kind_right';
const tests = (at: number): Readonly<Record<Test, (row: Near) => boolean>> => ({
  place: (row) => row.place < 60 * at,
  kind: (row) => row.kind === `kind ${at % 4}`,
  rank: (row) => row.rank >= at,
  distance: (row) => row.distance <= at,
  index: (row) => row.index % 3 === at % 3,
  sum: (row) => row.place + row.index > 90 * at,
  kind_right: (row) => row.kind_right === null,
});

/** The same conditions on a query; they are written untyped because the columns depend on what was drawn. */
function filtered(near: Query<Near>, test: Test, at: number): Query<Near> {
  return near.filter((r) => {
    switch (test) {
      case 'place':
        return r.place.lt(60 * at);
      case 'kind':
        return r.kind.eq(`kind ${at % 4}`);
      case 'rank':
        return r.rank.ge(at);
      case 'distance':
        return r.distance.le(at);
      case 'index':
        return r.index.mod(3).eq(at % 3);
      case 'sum':
        return r.place.add(r.index).gt(90 * at);
      case 'kind_right':
        return r.$('kind_right').isNull();
    }
  });
}

const drawn = fc.record({
  k: fc.integer({ min: 1, max: 5 }),
  searchK: fc.integer({ min: 1, max: 60 }),
  reference: fc.boolean(),
  excludeSelf: fc.boolean(),
  before: fc.option(fc.integer({ min: 0, max: 7 })),
  after: fc.array(
    fc.record({
      test: fc.constantFrom<Test>('place', 'kind', 'rank', 'distance', 'index', 'sum', 'kind_right'),
      at: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 3 },
  ),
  sorted: fc.boolean(),
  head: fc.option(fc.integer({ min: 0, max: 40 })),
});

it('random queries over annoyJoin give the rows of plain loops, whatever is set and switched off', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, async ({ k, searchK, reference, excludeSelf, before, after, sorted, head }) => {
      const steps = after.filter(({ test }) => reference || test !== 'kind_right');
      let rows = [...(await neighborsOf(k, searchK, excludeSelf))];
      const some = before === null ? query : query.filter((r) => r.place.ge(50 * before));
      if (before !== null) rows = rows.filter((row) => row.place >= 50 * before);
      const wishes = { on: ['x', 'y'], k, searchK, excludeSelf } as const;
      let near = (reference
        ? some.annoyJoin(index, { ...wishes, reference: query })
        : some.annoyJoin(index, wishes)) as unknown as Query<Near>;
      for (const { test, at } of steps) {
        near = filtered(near, test, at);
        rows = rows.filter(tests(at)[test]);
      }
      if (sorted) {
        near = near.arrange('index', 'place');
        rows.sort((a, b) => a.index - b.index || a.place - b.place);
      }
      if (head !== null) {
        near = near.head(head);
        rows = rows.slice(0, head);
      }
      const shown = reference
        ? near.select('place', 'rank', 'distance', 'index', 'place_right', 'kind_right')
        : near.select('place', 'rank', 'distance', 'index');
      const expected = rows.map((row) => [
        ...[row.place, row.rank, row.distance, row.index],
        ...(reference ? [row.place_right, row.kind_right] : []),
      ]);
      for (const options of settings) {
        const found = (await shown.rows(options)).map((row) => Object.values(row));
        expect({ options, found }).toEqual({ options, found: expected });
      }
    }),
    { numRuns: 60, seed: 11 },
  );
});
