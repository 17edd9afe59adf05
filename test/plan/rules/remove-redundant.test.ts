/** Sorts whose order nobody sees and limits that cut nothing go. */
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
import { removeRedundant } from '../../../src/plan/rules/remove-redundant.js';
import { flights } from '../memory-source.js';
import { agg, c, down, f, keep, named, up } from '../write-expr.js';
import { after } from './apply-rule.js';

const rows = scan(flights({ rows: 100 }), ['delay', 'distance', 'origin']);
const run = (plan: PlanNode): string => after(removeRedundant, plan);
const sorted = sort(rows, [up(c('delay'))]);

describe('a sort below an aggregate', () => {
  test('goes, also behind filters and projections', () => {
    const plan = project(filter(sorted, f('gt', c('delay'), 0)), keep('origin', 'delay'));
    expect(run(aggregate(plan, ['origin'], named({ d: agg('sum', c('delay')) })))).toMatchInlineSnapshot(`
      "
      aggregate by origin: d = sum(delay)
      └─ project origin, delay
         └─ filter delay > 0
            └─ scan flights.vtr [delay, distance, origin]
      "
    `);
  });

  test('stays where first or last look at the order', () => {
    expect(run(aggregate(sorted, ['origin'], named({ d: agg('first', c('delay')) })))).toBe('unchanged');
  });

  test('stays below a limit', () => {
    expect(run(aggregate(limit(sorted, 5), ['origin'], named({ d: agg('sum', c('delay')) })))).toBe(
      'unchanged',
    );
  });
});

describe('a sort below a sort', () => {
  test('is one sort by both, since sorts are stable', () => {
    const plan = sort(sort(rows, [up(c('delay')), down(c('origin'))]), [
      down(c('origin')),
      up(c('distance')),
    ]);
    expect(run(plan)).toMatchInlineSnapshot(`
      "
      sort by origin desc, distance, delay
      └─ scan flights.vtr [delay, distance, origin]
      "
    `);
  });

  test('top-n and grouped slices likewise', () => {
    expect(run(topN(sorted, [up(c('origin'))], 3))).toMatchInlineSnapshot(`
      "
      top-n 3 rows by origin, delay
      └─ scan flights.vtr [delay, distance, origin]
      "
    `);
    expect(run(sliceGroups(sorted, ['origin'], [], 3))).toMatchInlineSnapshot(`
      "
      slice-groups 3 rows of each origin by delay
      └─ scan flights.vtr [delay, distance, origin]
      "
    `);
  });
});

test('a sort of one row goes', () => {
  expect(run(sort(aggregate(rows, [], named({ n: agg('n') })), [up(c('n'))]))).toMatchInlineSnapshot(`
    "
    aggregate all rows: n = n()
    └─ scan flights.vtr [delay, distance, origin]
    "
  `);
});

test('a limit that the rows do not reach goes', () => {
  expect(run(limit(rows, 100))).toMatchInlineSnapshot(`
    "
    scan flights.vtr [delay, distance, origin]
    "
  `);
  expect(run(limit(rows, 99))).toBe('unchanged');
  expect(run(limit(rows, 100, 1))).toBe('unchanged');
  expect(run(limit(scan(flights()), 100))).toBe('unchanged');
});
