/** Columns that nobody uses are not read and not carried. */
import { expect, test } from 'vitest';
import type { PlanNode } from '../../../src/plan/node.js';
import { aggregate } from '../../../src/plan/nodes/aggregate.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { sliceGroups } from '../../../src/plan/nodes/slice-groups.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { topN } from '../../../src/plan/nodes/top-n.js';
import { pruneColumns } from '../../../src/plan/rules/prune-columns.js';
import { flights } from '../memory-source.js';
import { agg, c, down, f, keep, named, up } from '../write-expr.js';
import { after } from './apply-rule.js';

const rows = scan(flights());
const run = (plan: PlanNode): string => after(pruneColumns, plan);

test('a scan reads what projections, filters and keys use', () => {
  const plan = project(filter(rows, f('gt', c('distance'), 500)), keep('origin', 'delay'));
  expect(run(plan)).toMatchInlineSnapshot(`
    "
    project origin, delay
    └─ filter distance > 500
       └─ scan flights.vtr [delay, distance, origin]
    "
  `);
});

test('all columns of the result stay', () => {
  expect(run(filter(rows, f('gt', c('distance'), 500)))).toBe('unchanged');
});

test('a sort carries only what is used above it', () => {
  const plan = project(sort(filter(rows, f('gt', c('distance'), 500)), [up(c('day'))]), keep('origin'));
  expect(run(plan)).toMatchInlineSnapshot(`
    "
    project origin
    └─ sort by day
       └─ project day, origin
          └─ filter distance > 500
             └─ scan flights.vtr [day, distance, origin]
    "
  `);
});

test('so do top-n and grouped slices', () => {
  const unused = filter(rows, f('gt', c('distance'), 500));
  expect(run(project(topN(unused, [down(f('abs', c('delay')))], 9), keep('id')))).toMatchInlineSnapshot(`
    "
    project id
    └─ top-n 9 rows by abs(delay) desc
       └─ project delay, id
          └─ filter distance > 500
             └─ scan flights.vtr [delay, distance, id]
    "
  `);
  expect(run(project(sliceGroups(unused, ['origin'], [], 9), keep('id')))).toMatchInlineSnapshot(`
    "
    project id
    └─ slice-groups 9 rows of each origin
       └─ project id, origin
          └─ filter distance > 500
             └─ scan flights.vtr [distance, id, origin]
    "
  `);
});

test('aggregates and computed columns that nobody reads are left out', () => {
  const computed = project(rows, [...keep('origin', 'delay'), { name: 'x', expr: f('sqrt', c('score')) }]);
  const groups = aggregate(computed, ['origin'], named({ a: agg('sum', c('delay')), b: agg('sum', c('x')) }));
  expect(run(project(groups, keep('a')))).toMatchInlineSnapshot(`
    "
    project a
    └─ aggregate by origin: a = sum(delay)
       └─ project origin, delay
          └─ scan flights.vtr [delay, origin]
    "
  `);
});

test('counting rows reads the narrowest column', () => {
  expect(run(aggregate(rows, [], named({ n: agg('n') })))).toMatchInlineSnapshot(`
    "
    aggregate all rows: n = n()
    └─ scan flights.vtr [late]
    "
  `);
  const computed = project(rows, named({ x: f('sqrt', c('score')) }));
  expect(run(aggregate(computed, [], named({ n: agg('n') })))).toMatchInlineSnapshot(`
    "
    aggregate all rows: n = n()
    └─ scan flights.vtr [late]
    "
  `);
});
