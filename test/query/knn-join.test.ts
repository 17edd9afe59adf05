/** `knnJoin` and `radiusJoin` on the engine: who is found, what comes along, what is refused. */
import { describe, expect, it } from 'vitest';
import { tbl } from '../../src/index.js';

const shops = tbl([
  { shop: 'a', city: 'X', x: 1.2, y: 1.1 },
  { shop: 'b', city: 'Y', x: 2.8, y: 2.2 },
  { shop: 'c', city: null, x: 9, y: 9 },
]);
const stations = tbl([
  { id: 1, x: 1, y: 1, city: 'X', name: 'one' },
  { id: 2, x: 2, y: 1, city: 'X', name: null },
  { id: 3, x: 1, y: 2, city: 'Y', name: 'three' },
  { id: 4, x: 2, y: 2, city: 'Y', name: 'four' },
  { id: 5, x: 3, y: 2, city: 'Y', name: 'five, which is longer than twelve bytes' },
  { id: 6, x: 4, y: 3, city: null, name: 'six' },
]);
const rounded = (d: number): number => Number(d.toFixed(4));

describe('knnJoin', () => {
  it('gives the nearest rows with rank, distance and their columns', async () => {
    const table = await shops.knnJoin(stations, { on: ['x', 'y'], k: 3 }).collect();
    expect(table.schema.names).toEqual([
      'shop',
      'city',
      'x',
      'y',
      'rank',
      'distance',
      'id',
      'x_right',
      'y_right',
      'city_right',
      'name',
    ]);
    const rows = table.toArray();
    expect(rows.map((r) => [r.shop, r.rank, r.id, rounded(r.distance), r.name])).toEqual([
      ['a', 1, 1, 0.2236, 'one'],
      ['a', 2, 2, 0.8062, null],
      ['a', 3, 3, 0.922, 'three'],
      ['b', 1, 5, 0.2828, 'five, which is longer than twelve bytes'],
      ['b', 2, 4, 0.8246, 'four'],
      ['b', 3, 2, 1.4422, null],
      ['c', 1, 6, 7.8102, 'six'],
      ['c', 2, 5, 9.2195, 'five, which is longer than twelve bytes'],
      ['c', 3, 4, 9.8995, 'four'],
    ]);
  });

  it('leaves the row itself out of a self-join, by identity, ties to the earlier row', async () => {
    const rows = await stations.knnJoin(stations, { on: ['x', 'y'], k: 2 }).rows();
    const found = (id: number): number[] => rows.filter((r) => r.id === id).map((r) => r.id_right);
    expect([1, 2, 3, 4, 5, 6].map(found)).toEqual([
      [2, 3],
      [1, 4],
      [1, 4],
      [2, 3],
      [4, 2],
      [5, 4],
    ]);
    const all = await stations.knnJoin(stations, { on: ['x', 'y'], k: 1, excludeSelf: false }).rows();
    expect(all.map((r) => [r.id, r.id_right, r.distance])).toEqual([1, 2, 3, 4, 5, 6].map((i) => [i, i, 0]));
  });

  it('knows rows of a filtered self-join by their place, also when filters are pushed below', async () => {
    const near = stations.knnJoin(stations, { on: ['x', 'y'], k: 1 }).filter((r) => r.id.ge(5));
    for (const options of [{}, { rules: { off: ['all'] } }])
      expect((await near.rows(options)).map((r) => [r.id, r.id_right])).toEqual([
        [5, 4],
        [6, 5],
      ]);
    const sorted = stations.arrange('name').filter((r) => r.id.gt(1));
    const join = sorted.knnJoin(sorted, { on: ['x', 'y'], k: 9 }).filter((r) => r.id.eq(4));
    for (const options of [{}, { rules: { off: ['all'] } }])
      expect((await join.pull('id_right', options)).sort()).toEqual([2, 3, 5, 6]);
  });

  it('searches filtered references exactly and only rows of equal keys', async () => {
    const odd = stations.filter((r) => r.id.mod(2).eq(1));
    expect(await shops.knnJoin(odd, { on: ['x', 'y'], k: 1 }).pull('id')).toEqual([1, 5, 5]);
    // A filter on the neighbour's columns comes after the search.
    const after = shops.knnJoin(stations, { on: ['x', 'y'], k: 1 }).filter((r) => r.id.mod(2).eq(1));
    expect(await after.pull('id')).toEqual([1, 5]);
    const rows = await shops.knnJoin(stations, { on: ['x', 'y'], k: 2, by: 'city' }).rows();
    expect(rows.map((r) => [r.shop, r.rank, r.id])).toEqual([
      ['a', 1, 1],
      ['a', 2, 2],
      ['b', 1, 5],
      ['b', 2, 4],
    ]);
    const nulls = shops.knnJoin(stations, { on: ['x', 'y'], k: 1, by: { city: 'city' }, nulls: 'match' });
    expect(await nulls.pull('id')).toEqual([1, 5, 6]);
  });

  it('cuts off by a radius, inclusive, and joins within one', async () => {
    const cut = shops.knnJoin(stations, { on: ['x', 'y'], k: 3, radius: 0.9 });
    expect(await cut.pull('id')).toEqual([1, 2, 5, 4]);
    const pairs = await stations.radiusJoin(stations, { on: ['x', 'y'], radius: 1 }).rows();
    expect(pairs.map((r) => `${r.id}-${r.id_right}`).join(' ')).toBe(
      '1-2 1-3 2-1 2-4 3-1 3-4 4-2 4-3 4-5 5-4',
    );
    expect(pairs.map((r) => r.rank).join('')).toBe('1212121231');
    expect(pairs.every((r) => r.distance === 1)).toBe(true);
  });

  it('takes other names, other metrics and expressions made columns', async () => {
    const query = shops.mutate({ distance: 1, half: (r) => r.x.div(2) }).knnJoin(stations, {
      on: { left: ['half', 'y'], right: ['x', 'y'] },
      k: 1,
      metric: 'manhattan',
      rank: 'place',
      distance: 'blocks',
      suffix: '2',
    });
    const rows = await query.select('shop', 'distance', 'place', 'blocks', 'id', 'x2').rows();
    expect(rows.map((r) => [r.shop, r.distance, r.place, rounded(r.blocks), r.id, r.x2])).toEqual([
      ['a', 1, 1, 0.5, 1, 1],
      ['b', 1, 1, 0.6, 3, 1],
      ['c', 1, 1, 6.5, 6, 4],
    ]);
    const twice = shops
      .knnJoin(stations, { on: ['x', 'y'], k: 1 })
      .rename({ near: 'id', first: 'rank', far: 'distance' })
      .select('shop', 'near', 'x_right', 'y_right')
      .knnJoin(stations, { on: { left: ['x_right', 'y_right'], right: ['x', 'y'] }, k: 2 })
      .filter((r) => r.rank.eq(2));
    expect((await twice.rows()).map((r) => [r.shop, r.near, r.id])).toEqual([
      ['a', 1, 2],
      ['b', 5, 4],
      ['c', 6, 5],
    ]);
  });

  it('names rows that have no place, or leaves them out', async () => {
    const holes = tbl({ x: [1, null, 3], y: [1, 2, Number.NaN], n: [1, 2, 3] });
    await expect(holes.knnJoin(stations, { on: ['x', 'y'], k: 1 }).collect()).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/row [12] of the query .*missing: 'skip'/) as unknown,
    });
    await expect(shops.knnJoin(holes, { on: ['x', 'y'], k: 1 }).collect()).rejects.toMatchObject({
      code: 'data',
      detail: { of: 'reference' },
    });
    expect(await holes.knnJoin(stations, { on: ['x', 'y'], k: 1, missing: 'skip' }).pull('n')).toEqual([1]);
    expect(await shops.knnJoin(holes, { on: ['x', 'y'], k: 5, missing: 'skip' }).pull('n')).toEqual([
      1, 1, 1,
    ]);
    await expect(
      tbl({ x: [0], y: [0] })
        .knnJoin(stations, { on: ['x', 'y'], k: 1, metric: 'cosine' })
        .collect(),
    ).rejects.toMatchObject({ code: 'data', message: expect.stringContaining('length zero') as unknown });
  });

  it('finds rows all over a large reference, with their own columns', async () => {
    const rows = 40_000;
    const place = (i: number): number => (i * 7919) % rows;
    const line = tbl({
      x: Float64Array.from({ length: rows }, (_, i) => place(i)),
      id: Int32Array.from({ length: rows }, (_, i) => i),
    });
    const at = tbl({ x: Float64Array.from({ length: 500 }, (_, i) => 10 + i * 79) });
    const near = at.knnJoin(line, { on: 'x', k: 3 });
    for (const options of [{}, { forceSpill: true }]) {
      const found = await near.rows(options);
      expect(found.filter((r, i) => Math.abs(r.x_right - r.x) !== Math.min(1, i % 3))).toEqual([]);
      expect(found.filter((r) => place(r.id) !== r.x_right)).toEqual([]);
      expect(found).toHaveLength(1500);
    }
  });

  it('is explained with the method, what it should cost, and what the others would', async () => {
    const text = await shops.knnJoin(stations, { on: ['x', 'y'], k: 1 }).explain({ run: true });
    expect(text).toMatch(/knn-join 1 nearest on x, y, euclidean +exact search of 2 columns/);
    expect(text).toMatch(
      /knn-join: \w+ for at most 3 queries in 6 rows; estimated [\d.]+ [µm]s of thread time/,
    );
    expect(text).toMatch(/knn-join → result +3 → 3 rows/);
  });

  it('is empty where a side is', async () => {
    const none = stations.filter((r) => r.id.gt(99));
    expect(await shops.knnJoin(none, { on: ['x', 'y'], k: 2 }).numRows()).toBe(0);
    expect(await none.knnJoin(stations, { on: ['x', 'y'], k: 2 }).numRows()).toBe(0);
    expect(await shops.radiusJoin(none, { on: ['x', 'y'], radius: 2, by: 'city' }).numRows()).toBe(0);
    expect(await shops.knnJoin(stations, { on: ['x', 'y'], k: 1000 }).numRows()).toBe(18);
  });
});

describe('refused at the line', () => {
  const bad = (options: object, code: string, text: RegExp): void => {
    expect(() => shops.knnJoin(stations, options as never)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(text) as unknown }) as Error,
    );
  };
  it('are wrong columns, options and names', () => {
    bad({ on: ['x', 'ciyt'], k: 1 }, 'plan', /no column "ciyt"; did you mean "city"/);
    bad({ on: ['x', 'city'], k: 1 }, 'type', /"city" is utf8/);
    bad({ on: { left: ['x'], right: ['x', 'y'] }, k: 1 }, 'argument', /as many columns/);
    bad({ k: 1 }, 'argument', /needs the columns/);
    bad({ on: ['x', 'y'] }, 'argument', /k of knnJoin/);
    bad({ on: ['x', 'y'], k: 0 }, 'argument', /from 1/);
    bad({ on: ['x', 'y'], k: 1, metrik: 'cosine' }, 'argument', /did you mean "metric"/);
    bad({ on: ['x', 'y'], k: 1, metric: 'cosin' }, 'argument', /did you mean "cosine"/);
    bad({ on: ['x', 'y'], k: 1, method: 'fast' }, 'argument', /no method "fast"/);
    bad({ on: ['x', 'y'], k: 1, excludeSelf: true }, 'argument', /the same query/);
    bad({ on: ['x', 'y'], k: 1, rank: 'shop' }, 'plan', /two columns named "shop"/);
    bad({ on: ['x'], k: 1, metric: 'haversine' }, 'argument', /latitude and longitude/);
    bad({ on: ['x'], k: 1, by: { city: 'id' } }, 'type', /cannot compare "city"/);
    bad({ on: ['x'], k: 1, missing: 'no' }, 'argument', /'error' or 'skip'/);
    expect(() => shops.radiusJoin(stations, { on: ['x'] } as never)).toThrow(
      /radius of radiusJoin must be a number/,
    );
  });
});
