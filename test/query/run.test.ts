/** Every verb on the engine itself: small tables in, rows out. */
import { describe, expect, it } from 'vitest';
import {
  all,
  any,
  caseWhen,
  coalesce,
  corr,
  desc,
  first,
  fn,
  ifElse,
  last,
  lit,
  max,
  mean,
  min,
  n,
  sd,
  sum,
  tbl,
  variance,
} from '../../src/index.js';

const at = (text: string): Date => new Date(`${text}Z`);
const flights = tbl([
  { id: 1, at: at('2024-02-29T10:30:05'), delay: 14, distance: 400, origin: 'SFO' },
  { id: 2, at: at('2024-02-29T23:59:59'), delay: null, distance: 2600, origin: 'LAX' },
  { id: 3, at: at('2024-03-01T00:00:00'), delay: -3, distance: 1800, origin: 'SFO' },
  { id: 4, at: at('1969-12-31T23:00:00'), delay: 60, distance: 900, origin: 'Ωmega' },
]);
const ids = async (query: { pull(name: 'id'): Promise<number[]> }): Promise<number[]> => query.pull('id');
const sorted = <T>(rows: T[], key: keyof T): T[] =>
  rows.sort((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));

describe('rows', () => {
  it('are filtered by conditions that are true', async () => {
    expect(await ids(flights.filter((r) => r.delay.gt(0)))).toEqual([1, 4]);
    expect(await ids(flights.filter((r) => r.delay.gt(0).not()))).toEqual([3]);
    expect(await ids(flights.filter((r) => r.delay.in([14, -3])))).toEqual([1, 3]);
    expect(await ids(flights.filter((r) => r.delay.notIn([14])))).toEqual([3, 4]);
    expect(await ids(flights.filter((r) => r.delay.eqNull(14).not()))).toEqual([2, 3, 4]);
    expect(await ids(flights.filter((r) => r.distance.between(900, 1800)))).toEqual([3, 4]);
    expect(await ids(flights.filter((r) => r.at.ge('2024-02-29T12:00:00').and(r.origin.ne('SFO'))))).toEqual([
      2,
    ]);
    expect(await ids(flights.filter((r) => r.at.lt(at('1970-01-01T00:00:00'))))).toEqual([4]);
    expect(await ids(flights.dropNull())).toEqual([1, 3, 4]);
  });
  it('are ordered, nulls last, and cut', async () => {
    expect(await ids(flights.arrange('delay'))).toEqual([3, 1, 4, 2]);
    expect(await ids(flights.arrange(desc('delay')))).toEqual([4, 1, 3, 2]);
    expect(await ids(flights.arrange('origin', (r) => r.distance.neg()))).toEqual([2, 3, 1, 4]);
    expect(await ids(flights.head(2))).toEqual([1, 2]);
    expect(await ids(flights.sliceMax('distance', 2))).toEqual([2, 3]);
    expect(await ids(flights.sliceMin((r) => r.delay.abs(), 1))).toEqual([3]);
    expect((await ids(flights.sliceMin('distance', 1, { by: 'origin' }))).sort()).toEqual([1, 2, 4]);
    expect((await ids(flights.groupBy('origin').sliceHead(1))).sort()).toEqual([1, 2, 4]);
    expect(await ids(flights.head(0))).toEqual([]);
  });
});

describe('columns', () => {
  it('are chosen, renamed and moved', async () => {
    expect(await flights.select('origin', 'id').first()).toEqual({ origin: 'SFO', id: 1 });
    expect(
      Object.keys(
        (await flights.rename({ from: 'origin' }).relocate('from', { before: 'at' }).first()) ?? {},
      ),
    ).toEqual(['id', 'from', 'at', 'delay', 'distance']);
  });
  it('are computed from numbers', async () => {
    const made = flights.transmute({
      hours: (r) => r.delay.div(60).round(2),
      rest: (r) => r.distance.mod(1000),
      whole: (r) => r.distance.idiv(0),
      filled: (r) => coalesce(r.delay, 0),
      least: (r) => r.delay.least(r.distance, 10),
      root: (r) => fn.sqrt(r.distance),
      none: (r) => r.delay.nullIf(14),
    });
    expect((await made.rows()).slice(0, 2)).toEqual([
      { hours: 0.23, rest: 400, whole: null, filled: 14, least: 10, root: 20, none: null },
      { hours: null, rest: 600, whole: null, filled: 0, least: 10, root: Math.sqrt(2600), none: null },
    ]);
  });
  it('are computed from text', async () => {
    const made = flights.arrange(desc('id')).transmute({
      lower: (r) => r.origin.lower(),
      length: (r) => r.origin.length(),
      part: (r) => r.origin.substr(2, 3),
      like: (r) => r.origin.like('_mega'),
      label: (r) => r.origin.concat(' ', r.id.cast('utf8')),
      number: (r) => r.origin.startsWith('S'),
    });
    expect(await made.first()).toEqual({
      lower: 'ωmega',
      length: 5,
      part: 'meg',
      like: true,
      label: 'Ωmega 4',
      number: false,
    });
  });
  it('are computed from moments', async () => {
    const made = flights.transmute({
      date: (r) => r.at.cast('date'),
      hour: (r) => r.at.hour(),
      minute: (r) => r.at.minute(),
      second: (r) => r.at.second(),
      weekday: (r) => r.at.weekday(),
      quarter: (r) => r.at.quarter(),
      month: (r) => r.at.dateTrunc('month'),
    });
    expect(await made.first()).toEqual({
      date: at('2024-02-29T00:00:00'),
      hour: 10,
      minute: 30,
      second: 5,
      weekday: 4,
      quarter: 1,
      month: at('2024-02-01T00:00:00'),
    });
    expect((await made.pull('date'))[3]).toEqual(at('1969-12-31T00:00:00'));
  });
  it('are chosen by conditions, and may be literals', async () => {
    const made = flights.transmute({
      late: (r) => ifElse(r.delay.gt(15), 'late', 'fine'),
      size: (r) =>
        caseWhen([
          [r.distance.gt(2000), 'long'],
          [r.distance.gt(1000), 'middle'],
        ]),
      one: 1,
      day: new Date(0),
      yes: lit(true).and(false),
    });
    expect(await made.pull('late')).toEqual(['fine', 'fine', 'fine', 'late']);
    expect(await made.pull('size')).toEqual([null, 'long', 'middle', null]);
    expect(await made.first()).toMatchObject({ one: 1, day: new Date(0), yes: false });
  });
  it('fail by the rules of their values', async () => {
    await expect(flights.mutate({ x: (r) => r.delay.div(7).cast('int32') }).rows()).rejects.toMatchObject({
      code: 'data',
    });
    await expect(flights.mutate({ x: lit(2_000_000_000).add(2_000_000_000) }).rows()).rejects.toMatchObject({
      code: 'data',
    });
  });
});

describe('groups', () => {
  it('are summarised', async () => {
    const made = flights.groupBy('origin').summarise({
      flights: n(),
      known: (r) => n({ where: r.delay.isNotNull() }),
      total: sum('distance'),
      delay: mean('delay'),
      least: min('delay'),
      most: max('at'),
      first: first('id'),
      last: last('id'),
      far: (r) => any(r.distance.gt(1000)),
      near: (r) => all(r.distance.lt(1000)),
      spread: sd('distance'),
      share: (r) => sum(r.distance).div(n()),
    });
    expect(sorted(await made.rows(), 'origin')).toEqual([
      {
        origin: 'LAX',
        flights: 1,
        known: 0,
        total: 2600,
        delay: null,
        least: null,
        most: at('2024-02-29T23:59:59'),
        first: 2,
        last: 2,
        far: true,
        near: false,
        spread: null,
        share: 2600,
      },
      {
        origin: 'SFO',
        flights: 2,
        known: 2,
        total: 2200,
        delay: 5.5,
        least: -3,
        most: at('2024-03-01T00:00:00'),
        first: 1,
        last: 3,
        far: true,
        near: false,
        spread: Math.sqrt(980_000),
        share: 1100,
      },
      {
        origin: 'Ωmega',
        flights: 1,
        known: 1,
        total: 900,
        delay: 60,
        least: 60,
        most: at('1969-12-31T23:00:00'),
        first: 4,
        last: 4,
        far: false,
        near: true,
        spread: null,
        share: 900,
      },
    ]);
  });
  it('of all rows are one, also of none', async () => {
    const figures = {
      n: n(),
      vary: variance('delay'),
      r: corr('id', 'id'),
    };
    expect(await flights.summarise(figures).rows()).toEqual([
      { n: 4, vary: expect.closeTo(1062.333, 3) as number, r: expect.closeTo(1, 12) as number },
    ]);
    expect(
      await flights
        .filter((r) => r.id.gt(9))
        .summarise(figures)
        .rows(),
    ).toEqual([{ n: 0, vary: null, r: null }]);
  });
  it('are counted and made different', async () => {
    expect(await flights.count('origin', { sort: true, name: 'flights' }).first()).toEqual({
      origin: 'SFO',
      flights: 2,
    });
    expect(await flights.groupBy('origin').tally().numRows()).toBe(3);
    expect(sorted(await flights.distinct('origin').rows(), 'origin').map((row) => row.origin)).toEqual([
      'LAX',
      'SFO',
      'Ωmega',
    ]);
    expect(await flights.numRows()).toBe(4);
    expect(
      await flights
        .filter((r) => r.id.gt(9))
        .count('origin')
        .rows(),
    ).toEqual([]);
  });
  it('keep names that JavaScript knows', async () => {
    const odd = tbl([{ then: 1, constructor: 2 }]);
    const made = odd.mutate([
      ['__proto__', (r) => r.$('then').add(r.$('constructor'))],
      ['1', 5],
    ]);
    const [row] = await made.rows();
    expect(Object.entries(row ?? {}).sort()).toEqual([
      ['1', 5],
      ['__proto__', 3],
      ['constructor', 2],
      ['then', 1],
    ]);
  });
});

describe('without a row type', () => {
  it('columns are looked up', async () => {
    const untyped = tbl<Record<string, unknown>>([{ a: 1, b: 'x' }]);
    expect(
      await untyped
        .filter((c) => c('a').gt(0))
        .mutate({ c: (c) => c('b').upper() })
        .rows(),
    ).toEqual([{ a: 1, b: 'x', c: 'X' }]);
  });
});
