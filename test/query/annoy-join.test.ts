/** `annoyJoin` on the engine: the answers of the index itself, beside the rows, under every setting; what is refused. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnnoyIndex } from '../../src/index.js';
import { buildAnnoy, folds, openAnnoy, tbl } from '../../src/index.js';
import type { Query } from '../../src/query/query.js';
import type { RunOptions } from '../../src/exec/run-options.js';
import { annoyFile } from '../fixtures/annoy-file.js';

/** Rows never depend on these. */
const settings: readonly RunOptions[] = [
  {},
  { threads: 1 },
  { threads: 8, morselPages: 1 },
  { batchRows: 7, threads: 2 },
  { forceSpill: true, threads: 2 },
  { threads: 1, memory: '6MB' },
  { rules: { off: ['all'] } },
];

interface Place {
  id: number;
  x: number;
  y: number;
  z: number;
  name: string | null;
}
interface Asked {
  ask: number;
  x: number;
  y: number;
  z: number;
}

const ITEMS = 3000;
const QUERIES = 700;
const value = (i: number, j: number): number => ((i * 7919 + j * 104_729) % 1009) / 8;
const itemRows = Array.from({ length: ITEMS }, (_, i) => [0, 1, 2].map((j) => value(i, j)));
const queryRows = Array.from({ length: QUERIES }, (_, i) => [0, 1, 2].map((j) => value(i + 11, j) + 0.03));

let folder = '';
let index: AnnoyIndex;
let places: Query<Place>;
let asked: Query<Asked>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'spillway-annoy-join-'));
  const file = path.join(folder, 'places.ann');
  writeFileSync(file, annoyFile(itemRows, 6));
  index = openAnnoy(file, { metric: 'euclidean', dimension: 3 });
  const columns = (rows: readonly (readonly number[])[], j: number): Float64Array =>
    Float64Array.from(rows, (row) => row[j]!);
  await tbl({
    id: Int32Array.from(itemRows, (_, i) => i),
    x: columns(itemRows, 0),
    y: columns(itemRows, 1),
    z: columns(itemRows, 2),
    name: itemRows.map((_, i) => (i % 5 === 0 ? null : `place ${i}, `.repeat(1 + (i % 4)))),
  }).writeVtr(path.join(folder, 'places.vtr'));
  places = tbl<Place>(path.join(folder, 'places.vtr'));
  await tbl({
    ask: Int32Array.from(queryRows, (_, i) => i),
    x: columns(queryRows, 0),
    y: columns(queryRows, 1),
    z: columns(queryRows, 2),
  }).writeVtr(path.join(folder, 'asked.vtr'));
  asked = tbl<Asked>(path.join(folder, 'asked.vtr'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Rank, number and distance by query, as the index itself says. */
async function searched(
  rows: readonly (readonly number[])[] | undefined,
  k: number,
  searchK?: number,
): Promise<readonly (readonly [query: number, rank: number, index: number, distance: number])[]> {
  const options = { k, ...(searchK === undefined ? {} : { searchK }) };
  const found = await (rows === undefined ? index.search(options) : index.search(rows, options));
  return [...found.index].flatMap((item, at) =>
    Number.isNaN(found.distance[at])
      ? []
      : [[Math.floor(at / k), (at % k) + 1, item, found.distance[at]!] as const],
  );
}

describe('annoyJoin', () => {
  it('gives what the index finds, under every setting', async () => {
    const expected = await searched(queryRows, 4, 90);
    const near = asked.annoyJoin(index, { on: ['x', 'y', 'z'], k: 4, searchK: 90 });
    expect(near.schema.toString()).toMatch(/z: float64\??, rank: int32, distance: float64, index: int32 }$/);
    for (const options of settings) {
      const rows = await near.rows(options);
      expect(rows.map((r) => [r.ask, r.rank, r.index, r.distance])).toEqual(expected);
    }
    const usual = await asked.annoyJoin(index, { on: ['x', 'y', 'z'], k: 4 }).rows();
    expect(usual.map((r) => [r.ask, r.rank, r.index, r.distance])).toEqual(await searched(queryRows, 4));
  });

  it('brings columns of the rows that the index was built from', async () => {
    const expected = await searched(queryRows, 3, 50);
    const near = asked.annoyJoin(index, { on: ['x', 'y', 'z'], k: 3, searchK: 50, reference: places });
    expect(near.schema.names).toEqual([
      'ask',
      'x',
      'y',
      'z',
      'rank',
      'distance',
      'index',
      'id',
      'x_right',
      'y_right',
      'z_right',
      'name',
    ]);
    for (const options of settings) {
      const rows = await near.rows(options);
      expect(rows.map((r) => [r.ask, r.rank, r.index, r.distance])).toEqual(expected);
      const wrong = rows.filter(
        (r) =>
          r.id !== r.index ||
          r.x_right !== value(r.id, 0) ||
          r.name !== (r.id % 5 === 0 ? null : `place ${r.id}, `.repeat(1 + (r.id % 4))),
      );
      expect(wrong).toEqual([]);
    }
    expect(await near.filter((r) => r.rank.eq(1)).numRows()).toBe(QUERIES);
  });

  it('leaves a row itself out, by its place in the reference or in its file', async () => {
    const expected = (await searched(undefined, 2, 40)).map(([query, , item]) => [query, item]);
    const self = places.annoyJoin(index, { on: ['x', 'y', 'z'], k: 2, searchK: 40, reference: places });
    const alone = places.annoyJoin(index, { on: ['x', 'y', 'z'], k: 2, searchK: 40, excludeSelf: true });
    for (const options of settings) {
      expect((await self.rows(options)).map((r) => [r.id, r.index])).toEqual(expected);
      expect((await alone.rows(options)).map((r) => [r.id, r.index])).toEqual(expected);
      const some = alone.filter((r) => r.id.ge(2990).and(r.rank.eq(2)));
      expect((await some.rows(options)).map((r) => [r.id, r.index])).toEqual(
        expected.filter(([id], i) => id! >= 2990 && i % 2 === 1),
      );
    }
    const with0 = await places.annoyJoin(index, { on: ['x', 'y', 'z'], k: 1, searchK: 40 }).rows();
    expect(with0.every((r) => r.distance === 0)).toBe(true);
  });

  it('is one step among others: filtered, joined, sorted, cut, written', async () => {
    const expected = await searched(queryRows, 3, 60);
    const near = asked.annoyJoin(index, { on: ['x', 'y', 'z'], k: 3, searchK: 60 });
    const some = near.filter((r) => r.ask.lt(200).and(r.rank.ge(2)).and(r.index.mod(2).eq(0)));
    for (const options of [{}, { rules: { off: ['all'] } }])
      expect((await some.rows(options)).map((r) => [r.ask, r.rank, r.index])).toEqual(
        expected
          .filter(([ask, rank, item]) => ask < 200 && rank >= 2 && item % 2 === 0)
          .map((row) => row.slice(0, 3)),
      );
    const sorted = await asked
      .arrange('ask')
      .head(5)
      .annoyJoin(index, { on: ['x', 'y', 'z'], k: 3, searchK: 60 })
      .rows();
    expect(sorted.map((r) => r.index)).toEqual(expected.slice(0, 15).map((row) => row[2]));
    const counted = await near.count('rank').arrange('rank').pull('n');
    expect(counted).toEqual([QUERIES, QUERIES, QUERIES]);
    // The neighbour's neighbour, exactly: the nearest is the item itself.
    const on = { left: ['x_right', 'y_right', 'z_right'], right: ['x', 'y', 'z'] } as const;
    const twice = await asked
      .annoyJoin(index, { on: ['x', 'y', 'z'], k: 1, searchK: 60, reference: places })
      .select('index', 'x_right', 'y_right', 'z_right')
      .knnJoin(places, { on, k: 1 })
      .rows();
    expect(twice).toHaveLength(QUERIES);
    expect(twice.filter((r) => r.distance !== 0)).toEqual([]);
    const file = path.join(folder, 'near.vtr');
    expect((await near.writeVtr(file)).rows).toBe(3 * QUERIES);
    expect(await tbl(file).pull('index')).toEqual(expected.map((row) => row[2]));
  });

  it('stops early when few rows are wanted', async () => {
    const many = Float64Array.from({ length: 400_000 }, (_, i) => (i * 7919) % 1000);
    await tbl({ x: many })
      .mutate({ y: (r) => r.x, z: (r) => r.x })
      .writeVtr(path.join(folder, 'many.vtr'));
    const near = tbl(path.join(folder, 'many.vtr')).annoyJoin(index, { on: ['x', 'y', 'z'], k: 2 });
    expect(await near.head(3).numRows()).toBe(3);
    const text = await near.head(3).explain({ run: true });
    const scanned = Number(/([\d,]+) rows scanned/.exec(text)![1]!.replaceAll(',', ''));
    expect(scanned).toBeLessThan(200_000);
    for await (const batch of near) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    const stop = new AbortController();
    const running = near.collect({ signal: stop.signal, threads: 1 });
    setTimeout(() => {
      stop.abort();
    }, 20);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('takes names, integers as coordinates, and more neighbours than there are', async () => {
    const whole = tbl([{ rank: 7, a: 3, b: 4 }]).mutate({ c: (r) => r.a.add(r.b) });
    const near = whole.annoyJoin(index, {
      on: ['a', 'b', 'c'],
      k: 5000,
      searchK: 1_000_000,
      rank: 'place',
      distance: 'far',
      index: 'item',
      reference: places.select('id', 'x').rename({ a: 'x' }),
      suffix: '2',
    });
    expect(near.schema.names).toEqual(['rank', 'a', 'b', 'c', 'place', 'far', 'item', 'id', 'a2']);
    const rows = await near.rows();
    expect(rows.map((r) => r.place)).toEqual(itemRows.map((_, i) => i + 1));
    expect(new Set(rows.map((r) => r.item)).size).toBe(ITEMS);
    expect(rows.filter((r, i) => i > 0 && r.far < rows[i - 1]!.far)).toEqual([]);
  });

  it('is empty where nobody asks', async () => {
    const none = asked.filter((r) => r.ask.lt(0));
    expect(await none.annoyJoin(index, { on: ['x', 'y', 'z'], k: 2 }).numRows()).toBe(0);
    expect(await none.annoyJoin(index, { on: ['x', 'y', 'z'], k: 2, reference: places }).rows()).toEqual([]);
    expect(
      await asked
        .head(0)
        .annoyJoin(index, { on: ['x', 'y', 'z'], k: 2 })
        .rows(),
    ).toEqual([]);
  });

  it('names rows that have no place, or leaves them out', async () => {
    const holes = tbl({ x: [1, null, 3, 4], y: [1, 2, Number.NaN, 1e39], n: [1, 2, 3, 4] });
    const by = { on: ['x', 'y', 'n'], k: 1 } as const;
    const failing = holes.annoyJoin(index, by);
    await expect(failing.collect()).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/row 1 of the query has a value that is missing/) as unknown,
    });
    await expect(
      holes
        .filter((r) => r.n.eq(4))
        .annoyJoin(index, by)
        .collect(),
    ).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(
        /row 3 of the query has a value that is too large for a float32/,
      ) as unknown,
    });
    expect(await holes.annoyJoin(index, { ...by, missing: 'skip' }).pull('n')).toEqual([1]);
  });

  it('refuses, when it runs, other rows than the index was built from', async () => {
    const by = { on: ['x', 'y', 'z'], k: 1 } as const;
    for (const reference of [places.head(2999), places.filter((r) => r.id.ne(7))])
      for (const options of [{}, { rules: { off: ['all'] } }]) {
        const join = asked.annoyJoin(index, { ...by, reference });
        await expect(join.numRows(options)).rejects.toMatchObject({
          code: 'argument',
          message: expect.stringMatching(
            /has 2999 rows, but the index .*places\.ann was built from 3000/,
          ) as unknown,
          detail: { option: 'reference', rows: 2999, items: 3000 },
        });
      }
  });

  it('uses the index that was opened, and notices a file that was cut', async () => {
    const file = path.join(folder, 'cut.ann');
    const bytes = annoyFile(itemRows, 2);
    writeFileSync(file, bytes);
    const own = openAnnoy(file, { metric: 'euclidean', dimension: 3 });
    const near = asked.annoyJoin(own, { on: ['x', 'y', 'z'], k: 1 });
    expect(await near.numRows()).toBe(QUERIES);
    await own.close();
    expect(await near.numRows()).toBe(QUERIES);
    truncateSync(file, bytes.length / 2);
    await expect(near.numRows()).rejects.toMatchObject({ code: 'changed' });
  });

  it('is explained with the index, the candidates, the cost, and the faster way', async () => {
    const near = asked.head(20).annoyJoin(index, { on: ['x', 'y', 'z'], k: 2, searchK: 3000 });
    const text = await near.explain({ run: true });
    expect(text).toMatch(
      /annoy-join about 2 nearest in places.ann on x, y, z, euclidean, searchK 3,000\s+approximate search of 3 columns/,
    );
    expect(text).toMatch(
      /annoy-join: places.ann, euclidean, 6 trees over 3,000 items of 3 dimensions, searchK 3,000, for at most 20 queries; estimated [\d.]+ [µm]s of thread time/,
    );
    expect(text).toMatch(
      /warning: exact search would be faster: \w+ is estimated at .* knnJoin finds all true/,
    );
    expect(text).toMatch(/annoy-join → result +20 → 40 rows/);
    const usual = asked.annoyJoin(index, { on: ['x', 'y', 'z'], k: 2 });
    expect(await usual.explain()).toContain('searchK 12 (usual)');
  });
});

describe('refused at the line', () => {
  const bad = (options: object, code: string, text: RegExp, searched: unknown = index): void => {
    expect(() => asked.annoyJoin(searched as never, options as never)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(text) as unknown }) as Error,
    );
  };
  it('are wrong columns, options, names and indexes', () => {
    const on = ['x', 'y', 'z'];
    bad({ on: ['x', 'y', 'aks'], k: 1 }, 'plan', /no column "aks"; did you mean "ask"/);
    bad({ on: ['x', 'y'], k: 1 }, 'argument', /each dimension of places.ann, which has 3; `on` names 2/);
    bad({ k: 1 }, 'argument', /needs the columns/);
    bad({ on }, 'argument', /k of annoyJoin/);
    bad({ on, k: 0 }, 'argument', /from 1/);
    bad({ on, k: 1.5 }, 'argument', /k of annoyJoin/);
    bad({ on, k: 1, searchK: 0 }, 'argument', /searchK of annoyJoin/);
    bad({ on, k: 1, serchK: 5 }, 'argument', /did you mean "searchK"/);
    bad({ on, k: 1, rank: 'ask' }, 'plan', /two columns named "ask"/);
    bad({ on, k: 1, missing: 'no' }, 'argument', /'error' or 'skip'/);
    bad({ on, k: 1, excludeSelf: true, reference: places }, 'argument', /the same query/);
    bad({ on, k: 1, reference: 5 }, 'argument', /takes a query/);
    bad({ on, k: 1 }, 'argument', /searches an index, such as buildAnnoy/, places);
    bad({ on, k: 1 }, 'argument', /await it first/, Promise.resolve(index));
    expect(() => tbl([{ x: 'a', y: 1, z: 2 }]).annoyJoin(index, { on: on as never, k: 1 })).toThrow(
      /"x" is utf8/,
    );
    expect(() =>
      tbl([{ x: 1, y: 1, z: 2 }]).annoyJoin(index, { on: ['x', 'y', 'z'], k: 1, excludeSelf: true }),
    ).toThrow(/place in a .vtr file/);
  });
});

describe('a fold that keeps a checkpoint', () => {
  const count = (query: Query<Asked>, searched: AnnoyIndex): Promise<unknown> =>
    query
      .annoyJoin(searched, { on: ['x', 'y', 'z'], k: 3 })
      .collectChunked(folds.count(), { checkpoint: path.join(folder, 'count.checkpoint') });

  it('knows an index again by its sidecar', async () => {
    const built = await buildAnnoy(itemRows, { path: path.join(folder, 'built.ann'), trees: 4 });
    expect(await count(asked, built)).toBe(3 * QUERIES);
  });

  it('is refused where there is none', async () => {
    await expect(count(asked, index)).rejects.toMatchObject({ code: 'unsupported' });
  });
});
