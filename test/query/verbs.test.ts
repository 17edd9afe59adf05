/** Every verb: the plan it makes, and what it refuses at its line. */
import { describe, expect, it } from 'vitest';
import { mean, n, sum } from '../../src/expr/aggregate-builders.js';
import { col, desc, lit } from '../../src/expr/builders.js';
import type { Query } from '../../src/query/query.js';
import { flights as flightSource } from '../plan/memory-source.js';
import { failure, fakeTbl } from './fake-engine.js';

interface Flight {
  date: Date;
  day: Date;
  delay: number | null;
  distance: number;
  score: number;
  id: number;
  late: boolean;
  origin: string;
  destination: string;
}

const { tbl } = fakeTbl();
const flights = tbl<Flight>(flightSource());
const SOURCE = '└─ scan flights.vtr [all 9 columns]';
/** The plan above the scan, one line a node, without the tree. */
const steps = (query: { toString(): string }): readonly string[] =>
  query
    .toString()
    .split('\n')
    .filter((line) => !line.endsWith(SOURCE) && !line.startsWith('cost: '))
    .map((line) => line.replace(/^[ └─]+/, ''));
const names = (query: Query<never>): readonly string[] => query.schema.names;
const wrong = (query: unknown): Query<Record<string, never>> => query as Query<Record<string, never>>;

describe('filter and dropNull', () => {
  it('join conditions by and', () => {
    expect(steps(flights.filter((r) => r.distance.gt(500), col('origin').eq('SFO')))).toEqual([
      "filter distance > 500 and origin = 'SFO'",
    ]);
    expect(flights.filter()).toBe(flights);
  });
  it('test only columns that may be null', () => {
    expect(steps(flights.dropNull())).toEqual(['filter delay is not null']);
    expect(flights.dropNull('origin')).toBe(flights);
  });
  it('refuse JavaScript values, lost expressions and aggregates', () => {
    const isLate = true as unknown as never;
    expect(failure(() => flights.filter(() => isLate))).toContain(
      'argument: filter got true, a value of JavaScript',
    );
    expect(failure(() => flights.filter((r) => r.distance.gt(5) && r.late))).toBe(
      'plan: r.distance.gt(5) was built but not used; did you write && for .and()?',
    );
    expect(failure(() => flights.filter(() => mean('delay').gt(5) as never))).toContain(
      'unsupported: mean(delay) > 5 in filter would be a window',
    );
    expect(failure(() => flights.filter((r) => r.distance as never))).toContain(
      'type: filter needs a condition, but distance is int32',
    );
    expect(failure(() => flights.filter((() => undefined) as never))).toContain(
      'did the callback forget to return it?',
    );
  });
});

describe('select, rename and relocate', () => {
  it('choose and order columns', () => {
    expect(steps(flights.select('origin', 'delay', 'origin'))).toEqual(['project origin, delay']);
    expect(names(flights.groupBy('day').select('origin') as never)).toEqual(['day', 'origin']);
    expect(names(flights.rename({ miles: 'distance' }) as never)).toContain('miles');
    expect(steps(flights.groupBy('origin').rename({ from: 'origin' }).tally())[0]).toBe(
      'aggregate by from: n = n()',
    );
  });
  it('move columns', () => {
    const q = flights.select('date', 'day', 'delay', 'origin');
    expect(names(q.relocate('origin') as never)).toEqual(['origin', 'date', 'day', 'delay']);
    expect(names(q.relocate('origin', 'date', { before: 'delay' }) as never)).toEqual([
      'day',
      'origin',
      'date',
      'delay',
    ]);
    expect(names(q.relocate('date', { after: 'delay' }) as never)).toEqual([
      'day',
      'delay',
      'date',
      'origin',
    ]);
    expect(names(q.relocate('day', 'origin', { after: 'day' }) as never)).toEqual([
      'date',
      'day',
      'origin',
      'delay',
    ]);
  });
  it('refuse unknown columns, doubles and other forms', () => {
    expect(failure(() => flights.select('orign' as 'origin'))).toContain(
      'plan: no column "orign"; did you mean "origin"?',
    );
    expect(failure(() => flights.select(['origin'] as never))).toContain('write the names one after another');
    expect(failure(() => flights.rename({ origin: 'destination' }))).toContain(
      'plan: the column "origin" is given twice',
    );
    expect(failure(() => flights.rename({ a: 'origin', b: 'origin' }))).toContain('two names, a and b');
    expect(failure(() => flights.relocate('day', { befor: 'date' } as never))).toContain(
      'did you mean "before"?',
    );
    expect(failure(() => flights.relocate('day', { before: 'date', after: 'date' }))).toContain('not both');
  });
});

describe('mutate and transmute', () => {
  it('see the input row, replace in place and add at the end', () => {
    const q = flights.select('delay', 'distance').mutate({ speed: (r) => r.distance.div(2), delay: 0 });
    expect(steps(q)[0]).toBe('project delay = 0, distance, speed = distance / 2');
    expect(steps(flights.transmute({ a: lit(1).add(2) }))).toEqual(['project a = 1 + 2']);
  });
  it('keep group keys and refuse to change them', () => {
    const grouped = flights.groupBy('origin');
    expect(names(grouped.transmute({ a: 1 }) as never)).toEqual(['origin', 'a']);
    expect(failure(() => grouped.mutate({ origin: 'x' }))).toContain(
      'plan: mutate cannot change the group key "origin"',
    );
  });
  it('take pairs for names that objects would reorder or lose', () => {
    expect(names(flights.transmute([['2', 1], ['1', 2], ['__proto__', 3], lit(4).as('x')]) as never)).toEqual(
      ['2', '1', '__proto__', 'x'],
    );
    expect(
      names(
        flights.transmute(
          new Map([
            ['b', 1],
            ['a', 2],
          ]),
        ) as never,
      ),
    ).toEqual(['b', 'a']);
    expect(failure(() => flights.mutate({ 1: 5 }))).toContain(`give pairs: mutate([["1", …]])`);
    expect(failure(() => flights.mutate({ __proto__: { a: 1 } } as never))).toContain('takes a plain object');
    expect(
      failure(() =>
        flights.mutate([
          ['a', 1],
          ['a', 2],
        ]),
      ),
    ).toBe('plan: mutate names the column "a" twice');
    expect(failure(() => flights.mutate([5] as never))).toContain('a list for mutate holds pairs');
  });
  it('refuse aggregates, promises and nulls without type', () => {
    expect(failure(() => flights.mutate({ m: mean('delay') as never }))).toContain(
      'unsupported: mean(delay) in mutate',
    );
    expect(failure(() => flights.mutate({ m: (async () => 1) as never }))).toContain(
      'callbacks are not async',
    );
    expect(failure(() => flights.mutate({ m: null }))).toContain(`lit(null).cast('int32')`);
    expect(failure(() => wrong(flights).mutate({ m: col('origin').add(1) }))).toContain(
      'type: in origin + 1',
    );
    expect(
      failure(() => (flights.mutate as (...args: unknown[]) => unknown)({ a: 1 }, { by: 'origin' })),
    ).toContain('unsupported: mutate takes no options');
    expect(failure(() => flights.filter('delay > 5' as never))).toContain('not a string');
    expect(failure(() => flights.transmute({}))).toContain('plan: the result would have no columns');
  });
});

describe('groupBy, summarise, count, tally and distinct', () => {
  it('aggregate by groups', () => {
    expect(steps(flights.groupBy('origin').summarise({ flights: n(), delay: mean('delay') }))).toEqual([
      'aggregate by origin: flights = n(), delay = mean(delay)',
    ]);
    expect(steps(flights.summarise({ m: sum('distance') }, { by: ['origin', 'day'] }))).toEqual([
      'aggregate by origin, day: m = sum(distance)',
    ]);
    expect(steps(flights.groupBy('day').groupBy('origin').summarize({ n: n() }))).toEqual([
      'aggregate by origin: n = n()',
    ]);
    expect(steps(flights.groupBy('day').ungroup().summarise({ n: n() }))).toEqual([
      'aggregate all rows: n = n()',
    ]);
  });
  it('compute over aggregates', () => {
    const share = flights.groupBy('origin').summarise({ share: (r) => sum(r.late).div(n()) });
    expect(steps(share)).toEqual([
      'project origin, share = "sum(late)" / "n()"',
      'aggregate by origin: "sum(late)" = sum(late), "n()" = n()',
    ]);
  });
  it('count', () => {
    expect(steps(flights.count('origin', 'day'))).toEqual(['aggregate by origin, day: n = n()']);
    expect(steps(flights.count('origin', { name: 'flights', sort: true }))).toEqual([
      'sort by flights desc',
      'aggregate by origin: flights = n()',
    ]);
    expect(steps(flights.groupBy('day').count('origin'))).toEqual(['aggregate by day, origin: n = n()']);
    expect(steps(flights.count())).toEqual(['aggregate all rows: n = n()']);
    expect(steps(flights.groupBy('day').tally({ name: 'rows' }))).toEqual(['aggregate by day: rows = n()']);
    expect(failure(() => flights.rename({ n: 'day' }).count('n'))).toContain(`count(…, { name: 'rows' })`);
  });
  it('find different rows', () => {
    expect(steps(flights.select('origin', 'day').distinct())[0]).toBe('aggregate by origin, day');
    expect(steps(flights.groupBy('day').distinct('origin'))[1]).toBe('aggregate by day, origin');
  });
  it('refuse what has no single value, keys given twice, and lost names', () => {
    const grouped = flights.groupBy('origin');
    expect(failure(() => grouped.summarise({ d: (r) => r.delay }))).toContain('outside an aggregate');
    expect(failure(() => grouped.summarise({ n: n() }, { by: 'day' }))).toContain('use one of them');
    expect(failure(() => grouped.summarise({ origin: n() }))).toContain('like the group key "origin"');
    expect(failure(() => flights.groupBy('orign' as 'origin'))).toContain('did you mean "origin"?');
    expect(failure(() => flights.groupBy())).toContain('groupBy takes at least one column');
    expect(failure(() => wrong(flights).summarise({ x: mean('dely') }))).toContain('did you mean "delay"?');
    expect(failure(() => wrong(flights).summarise({ x: mean('origin') }))).toContain(
      'mean needs numbers, not utf8',
    );
    expect(failure(() => flights.summarise({ n: n() }, { bye: 'origin' } as never))).toContain(
      'did you mean "by"?',
    );
  });
});

describe('arrange, head and slices', () => {
  it('order rows', () => {
    expect(
      steps(
        flights.arrange(
          desc('delay'),
          'origin',
          (r) => r.distance.add(1),
          (r) => r.day.desc(),
        ),
      ),
    ).toEqual(['sort by delay desc, origin, distance + 1, day desc']);
    expect(steps(flights.head(5))).toEqual(['limit 5 rows']);
    expect(steps(flights.head())).toEqual(['limit 10 rows']);
  });
  it('slice all rows or each group', () => {
    expect(steps(flights.sliceHead(3))).toEqual(['limit 3 rows']);
    expect(steps(flights.sliceMax('delay', 3))).toEqual(['top-n 3 rows by delay desc']);
    expect(steps(flights.sliceMin((r) => r.delay.abs(), 3))).toEqual(['top-n 3 rows by abs(delay)']);
    expect(steps(flights.sliceMin('delay', 2, { by: 'origin' }))).toEqual([
      'slice-groups 2 rows of each origin by delay',
    ]);
    expect(steps(flights.groupBy('origin', 'day').sliceHead(1))[1]).toBe(
      'slice-groups 1 row of each origin, day',
    );
  });
  it('refuse wrong keys and numbers', () => {
    expect(failure(() => flights.arrange('dely' as 'delay'))).toContain('did you mean "delay"?');
    expect(failure(() => flights.arrange(desc('dely' as 'delay')))).toContain('did you mean "delay"?');
    expect(failure(() => flights.head(-1))).toContain(
      'argument: the number of rows of head must be a whole number from 0',
    );
    expect(failure(() => flights.sliceMax('delay', 1.5))).toContain('the number of rows of sliceMax');
    expect(failure(() => flights.sliceMax(desc('delay'), 1))).toContain('without desc()');
  });
});

it('a query never changes, and prints itself', () => {
  const before = flights.toString();
  flights.filter((r) => r.late).groupBy('origin');
  expect(flights.toString()).toBe(before);
  expect(flights.groupBy('origin').toString()).toBe(
    'grouped by origin\nscan flights.vtr [all 9 columns]\ncost: streaming scan: O(n), one pass; constant memory',
  );
});
