/** What each kind of node checks, and the schema it has. */
import { describe, expect, test } from 'vitest';
import type { VectorIndex } from '../../../src/data/doors.js';
import type { PlanNode } from '../../../src/plan/node.js';
import { aggregate } from '../../../src/plan/nodes/aggregate.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { definitionOf, nodeDefinitions } from '../../../src/plan/nodes/index.js';
import type { AnnoyJoinWishes } from '../../../src/plan/nodes/annoy-join.js';
import { annoyJoin } from '../../../src/plan/nodes/annoy-join.js';
import { knnJoin } from '../../../src/plan/nodes/knn-join.js';
import { limit } from '../../../src/plan/nodes/limit.js';
import { project } from '../../../src/plan/nodes/project.js';
import { radiusJoin } from '../../../src/plan/nodes/radius-join.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { sliceGroups } from '../../../src/plan/nodes/slice-groups.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { topN } from '../../../src/plan/nodes/top-n.js';
import { mapExpressions, nodesOf, rewritePlanUp, withInputs } from '../../../src/plan/walk.js';
import { memorySource, flights } from '../memory-source.js';
import { float64, int32, utf8 } from '../../../src/data/types.js';
import { agg, c, down, f, keep, lit, named, up } from '../write-expr.js';

const rows = scan(memorySource({ time: int32, delay: float64, origin: utf8 }, { nullable: ['delay'] }));

const stations = scan(memorySource({ time: int32, name: utf8 }, { label: 'stations' }));
const wishes = Object.freeze({
  on: Object.freeze({ left: Object.freeze(['time']), right: Object.freeze(['time']) }),
  by: Object.freeze([]),
  nulls: 'never' as const,
  metric: Object.freeze({ name: 'euclidean' as const, p: 2 }),
  excludeSelf: false,
  missing: 'error' as const,
  method: undefined,
  rank: 'rank',
  distance: 'distance',
  columns: Object.freeze([Object.freeze({ name: 'station', source: 'name' })]),
});

const places: VectorIndex = {
  label: 'places.ann',
  rows: 9,
  columns: 1,
  metric: 'euclidean',
  trees: 5,
  usualSearchK: (k) => 5 * k,
  open: () => Promise.reject(new Error('never opened here')),
};
const asking: AnnoyJoinWishes = Object.freeze({
  searched: places,
  on: Object.freeze(['time']),
  k: 3,
  excludeSelf: false,
  missing: 'error',
  rank: 'rank',
  distance: 'distance',
  index: 'index',
  columns: Object.freeze([Object.freeze({ name: 'station', source: 'name' })]),
});

/** One of every kind, over the scan. */
const everyKind: readonly PlanNode[] = [
  rows,
  filter(rows, f('gt', c('delay'), 1)),
  project(rows, named({ x: f('add', c('time'), 1) })),
  aggregate(rows, ['origin'], named({ x: agg('sum', c('delay')) })),
  sort(rows, [up(c('delay'))]),
  limit(rows, 3),
  topN(rows, [up(c('delay'))], 3),
  sliceGroups(rows, ['origin'], [up(c('delay'))], 3),
  knnJoin(rows, stations, { ...wishes, k: 3 }),
  radiusJoin(rows, stations, { ...wishes, radius: 3 }),
  annoyJoin(rows, stations, asking),
];

describe('every kind', () => {
  test('is covered here', () => {
    expect(everyKind.map((node) => node.kind).sort()).toEqual(Object.keys(nodeDefinitions).sort());
  });

  test.each(everyKind.map((node) => [node.kind, node] as const))(
    '%s is frozen, with its arguments',
    (_, node) => {
      expect(Object.isFrozen(node)).toBe(true);
      for (const value of Object.values(node) as unknown[])
        if (Array.isArray(value)) expect(Object.isFrozen(value)).toBe(true);
    },
  );

  test.each(everyKind.map((node) => [node.kind, node] as const))(
    '%s is the same object when nothing changes',
    (_, node) => {
      expect(withInputs(node, node.inputs)).toBe(node);
      expect(mapExpressions(node, (expr) => expr)).toBe(node);
      expect(rewritePlanUp(node, (each) => each)).toBe(node);
    },
  );

  test.each(everyKind.slice(1).map((node) => [node.kind, node] as const))(
    '%s is rebuilt over another input',
    (_, node) => {
      const others = [limit(rows, 1000), ...node.inputs.slice(1)];
      const moved = withInputs(node, others);
      expect(moved.inputs).toEqual(others);
      expect(moved.kind).toBe(node.kind);
      expect(moved.schema.toString()).toBe(node.schema.toString());
      expect(definitionOf(moved).describe(moved)).toBe(definitionOf(node).describe(node));
    },
  );

  test('is walked inputs first', () => {
    expect([...nodesOf(limit(sort(rows, [up(c('time'))]), 1))].map((node) => node.kind)).toEqual([
      'scan',
      'sort',
      'limit',
    ]);
  });
});

describe('an unknown column fails where it is named, with near names', () => {
  const message = 'no column "tmie"; did you mean "time"? columns are time, delay, origin';
  test.each<[string, () => unknown]>([
    ['scan', () => scan(rows.source, ['tmie'])],
    ['filter', () => filter(rows, f('gt', c('tmie'), 1))],
    ['project', () => project(rows, keep('tmie'))],
    ['aggregate key', () => aggregate(rows, ['tmie'], [])],
    ['aggregate argument', () => aggregate(rows, [], named({ x: agg('sum', c('tmie')) }))],
    ['sort', () => sort(rows, [down(c('tmie'))])],
    ['top-n', () => topN(rows, [down(c('tmie'))], 1)],
    ['slice-groups', () => sliceGroups(rows, ['tmie'], [], 1)],
    ['knn-join', () => knnJoin(rows, stations, { ...wishes, on: { left: ['tmie'], right: ['time'] }, k: 1 })],
    ['annoy-join', () => annoyJoin(rows, undefined, { ...asking, on: ['tmie'], columns: [] })],
  ])('%s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'plan', message }));
  });
});

describe('schemas', () => {
  test('scan: the columns read, in the order asked for', () => {
    expect(scan(rows.source, ['origin', 'time']).schema.toString()).toBe('{ origin: utf8, time: int32 }');
  });

  test('filter, sort, limit, top-n and slices keep it', () => {
    const keeping = everyKind.filter(({ kind }) => !/scan|project|aggregate|join/.test(kind));
    for (const node of keeping) {
      expect(node.schema).toBe(rows.schema);
    }
  });

  test('joins with nearest rows: the queries, rank and distance, columns of the reference', () => {
    expect(knnJoin(rows, stations, { ...wishes, k: 1 }).schema.toString()).toBe(
      '{ time: int32, delay: float64?, origin: utf8, rank: int32, distance: float64, station: utf8 }',
    );
  });

  test('project: types and nulls of the expressions', () => {
    const node = project(
      rows,
      named({ a: f('div', c('time'), 2), b: f('gt', c('delay'), 0), c: f('isNull', c('delay')) }),
    );
    expect(node.schema.toString()).toBe('{ a: float64, b: bool?, c: bool }');
  });

  test('aggregate: keys first; nulls only where a group may have nothing', () => {
    const aggregates = named({ n: agg('n'), t: agg('sum', c('time')), d: agg('mean', c('delay')) });
    expect(aggregate(rows, ['origin'], aggregates).schema.toString()).toBe(
      '{ origin: utf8, n: int64, t: int64, d: float64? }',
    );
    expect(aggregate(rows, [], aggregates).schema.toString()).toBe('{ n: int64, t: int64?, d: float64? }');
  });
});

describe('refusals', () => {
  test.each<[string, () => unknown, string, RegExp]>([
    [
      'a filter that is no condition',
      () => filter(rows, c('time')),
      'type',
      /filter needs a condition, but time is int32/,
    ],
    ['no columns', () => project(rows, []), 'plan', /would have no columns/],
    [
      'a column twice',
      () => project(rows, [...keep('time'), ...keep('time')]),
      'plan',
      /"time" is given twice/,
    ],
    [
      'an aggregate in a projection',
      () => project(rows, named({ x: agg('sum', c('time')) })),
      'plan',
      /sum\(time\) is an aggregate/,
    ],
    ['neither keys nor aggregates', () => aggregate(rows, [], []), 'plan', /at least one key or aggregate/],
    [
      'a key that is an aggregate too',
      () => aggregate(rows, ['time'], named({ time: agg('n') })),
      'plan',
      /"time" is given twice/,
    ],
    [
      'no aggregate',
      () => aggregate(rows, [], named({ x: c('time') })),
      'plan',
      /"x" = time is not an aggregate/,
    ],
    ['no keys to sort by', () => sort(rows, []), 'plan', /at least one key/],
    ['a broken count', () => limit(rows, 1.5), 'argument', /count must be a whole number from 0, not 1.5/],
    ['a negative offset', () => topN(rows, [up(c('time'))], 1, -1), 'argument', /offset must be/],
    ['a slice of no groups', () => sliceGroups(rows, [], [], 1), 'plan', /at least one group column/],
    ['a sum of text', () => aggregate(rows, [], named({ x: agg('sum', c('origin')) })), 'type', /sum/],
  ])('%s', (_, make, code, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }),
    );
  });
});

describe('descriptions', () => {
  test.each<[PlanNode, string]>([
    [scan(flights(), ['delay']), 'flights.vtr [delay]'],
    [project(rows, [...keep('time'), { name: 'odd name', expr: lit('x') }]), `time, "odd name" = 'x'`],
    [limit(rows, 1, 5), '1 row from row 5'],
    [aggregate(rows, ['origin'], []), 'by origin'],
    [sliceGroups(rows, ['origin'], [down(c('delay'))], 2), '2 rows of each origin by delay desc'],
  ])('%#', (node, expected) => {
    expect(definitionOf(node).describe(node)).toBe(expected);
  });

  test('long lists are cut', () => {
    const wide = project(
      rows,
      Array.from({ length: 20 }, (_, i) => ({ name: `c${i}`, expr: lit(i) })),
    );
    expect(definitionOf(wide).describe(wide)).toMatch(/c11 = 11, … 8 more$/);
  });
});
