/** Filters moving towards their sources. */
import { describe, expect, test } from 'vitest';
import type { PlanNode } from '../../../src/plan/node.js';
import { aggregate } from '../../../src/plan/nodes/aggregate.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { limit } from '../../../src/plan/nodes/limit.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { sliceGroups } from '../../../src/plan/nodes/slice-groups.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { topN } from '../../../src/plan/nodes/top-n.js';
import { pushFilter } from '../../../src/plan/rules/push-filter.js';
import { flights } from '../memory-source.js';
import { agg, c, down, f, keep, lit, named, up } from '../write-expr.js';
import { after } from './apply-rule.js';

const rows = scan(flights(), ['delay', 'distance', 'origin', 'late']);
const run = (plan: PlanNode): string => after(pushFilter, plan);
const long = f('gt', c('distance'), 500);

describe('into a scan', () => {
  test('as ranges, and the filter stays', () => {
    expect(run(filter(rows, long))).toMatchInlineSnapshot(`
      "
      filter distance > 500
      └─ scan flights.vtr [delay, distance, origin, late] skipping unless distance > 500
      "
    `);
  });

  test('only what statistics can decide', () => {
    const both = f('and', long, f('gt', f('mul', c('delay'), 2), c('distance')));
    expect(run(filter(rows, both))).toMatchInlineSnapshot(`
      "
      filter distance > 500 and delay * 2 > distance
      └─ scan flights.vtr [delay, distance, origin, late] skipping unless distance > 500
      "
    `);
    expect(run(filter(rows, f('or', long, c('late'))))).toBe('unchanged');
  });

  test('once', () => {
    expect(run(filter(filter(rows, long), long))).toMatchInlineSnapshot(`
      "
      filter distance > 500 and distance > 500
      └─ scan flights.vtr [delay, distance, origin, late] skipping unless distance > 500
      "
    `);
  });
});

test('two filters become one, the lower first', () => {
  const plan = filter(filter(rows, f('gt', c('delay'), c('distance'))), f('ne', c('delay'), c('distance')));
  expect(run(plan)).toMatchInlineSnapshot(`
    "
    filter delay > distance and delay <> distance
    └─ scan flights.vtr [delay, distance, origin, late]
    "
  `);
});

describe('through a projection', () => {
  test('names are replaced by what they stand for', () => {
    const renamed = project(rows, named({ km: f('div', c('distance'), 1000), place: c('origin') }));
    expect(run(filter(renamed, f('and', f('gt', c('km'), 1), f('eq', c('place'), 'SFO')))))
      .toMatchInlineSnapshot(`
      "
      project km = distance / 1000, place = origin
      └─ filter distance / 1000 > 1 and origin = 'SFO'
         └─ scan flights.vtr [delay, distance, origin, late] skipping unless origin = 'SFO'
      "
    `);
  });

  test('a literal keeps its type', () => {
    const constant = project(rows, [...keep('delay'), { name: 'one', expr: lit(1) }]);
    const plan = filter(constant, f('gt', c('one'), 1.5));
    expect(run(plan)).toMatchInlineSnapshot(`
      "
      project delay, one = 1
      └─ filter 1 > 1.5
         └─ scan flights.vtr [delay, distance, origin, late]
      "
    `);
  });

  test('not when the expression would explode', () => {
    let plan: PlanNode = project(rows, named({ x: c('delay') }));
    for (let i = 0; i < 20; i++) plan = project(plan, named({ x: f('add', c('x'), c('x')) }));
    expect(run(filter(plan, f('gt', c('x'), 0))).length).toBeLessThan(20_000);
  });
});

test('through a sort', () => {
  expect(run(filter(sort(rows, [up(c('origin'))]), long))).toMatchInlineSnapshot(`
    "
    sort by origin
    └─ filter distance > 500
       └─ scan flights.vtr [delay, distance, origin, late] skipping unless distance > 500
    "
  `);
});

describe('through an aggregate', () => {
  const groups = aggregate(rows, ['origin', 'late'], named({ delay: agg('sum', c('delay')) }));

  test('conditions on keys', () => {
    const plan = filter(groups, f('and', f('gt', c('delay'), 9), f('eq', c('origin'), 'SFO')));
    expect(run(plan)).toMatchInlineSnapshot(`
      "
      filter delay > 9
      └─ aggregate by origin, late: delay = sum(delay)
         └─ filter origin = 'SFO'
            └─ scan flights.vtr [delay, distance, origin, late] skipping unless origin = 'SFO'
      "
    `);
  });

  test('not those on aggregates', () => {
    expect(run(filter(groups, f('gt', c('delay'), 9)))).toBe('unchanged');
  });

  test('not one that could fail, past one that guards it', () => {
    const parsed = { kind: 'cast', arg: c('origin'), to: { kind: 'int32' } } as const;
    const plan = filter(groups, f('and', f('gt', c('delay'), 9), f('gt', parsed, 5)));
    expect(run(plan)).toBe('unchanged');
  });

  test('not one that could tell a key of -0 from 0', () => {
    const scores = aggregate(scan(flights()), ['score'], []);
    expect(run(filter(scores, f('gt', f('div', 1, c('score')), 0)))).toBe('unchanged');
    expect(run(filter(scores, f('gt', c('score'), 0)))).toMatchInlineSnapshot(`
      "
      aggregate by score
      └─ filter score > 0
         └─ scan flights.vtr [all 9 columns] skipping unless score > 0
      "
    `);
  });

  test('nothing without keys: no row in is still one row out', () => {
    const total = aggregate(rows, [], named({ delay: agg('sum', c('delay')) }));
    expect(run(filter(total, lit(false)))).toBe('unchanged');
  });
});

describe('not past what counts rows', () => {
  test('limit and top-n', () => {
    expect(run(filter(limit(rows, 10), f('gt', c('delay'), c('distance'))))).toBe('unchanged');
    expect(run(filter(topN(rows, [down(c('delay'))], 10), long))).toBe('unchanged');
  });

  test('grouped slices, but for conditions on the groups', () => {
    const sliced = sliceGroups(rows, ['origin'], [down(c('delay'))], 2);
    expect(run(filter(sliced, long))).toBe('unchanged');
    const none = sliceGroups(rows, ['origin'], [], 0);
    expect(run(filter(none, f('eq', c('origin'), 'SFO')))).toBe('unchanged');
    expect(run(filter(sliced, f('eq', c('origin'), 'SFO')))).toMatchInlineSnapshot(`
      "
      slice-groups 2 rows of each origin by delay desc
      └─ filter origin = 'SFO'
         └─ scan flights.vtr [delay, distance, origin, late] skipping unless origin = 'SFO'
      "
    `);
  });
});
