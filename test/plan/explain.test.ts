/** What explain prints before a query runs. */
import { expect, test } from 'vitest';
import { explainPlan } from '../../src/plan/explain.js';
import type { PlanNode } from '../../src/plan/node.js';
import { aggregate } from '../../src/plan/nodes/aggregate.js';
import { filter } from '../../src/plan/nodes/filter.js';
import { limit } from '../../src/plan/nodes/limit.js';
import { project } from '../../src/plan/nodes/project.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { sort } from '../../src/plan/nodes/sort.js';
import { optimize } from '../../src/plan/optimize.js';
import { flights } from './memory-source.js';
import { agg, c, down, f, keep, named } from './write-expr.js';

function explain(plan: PlanNode): string {
  const rules: string[] = [];
  const optimized = optimize(plan, { onChange: (rule) => rules.push(rule) });
  return explainPlan({ written: plan, optimized, rules });
}

const source = flights({ rows: 3_000_000, bytes: 63_123_456 });

test('worst airports', () => {
  const long = filter(scan(source), f('gt', c('distance'), 500));
  const groups = aggregate(long, ['origin'], named({ flights: agg('n'), delay: agg('mean', c('delay')) }));
  const plan = limit(sort(groups, [down(c('delay'))]), 10);
  expect(explain(plan)).toMatchInlineSnapshot(`
    "plan as written
      limit 10 rows
      └─ sort by delay desc
         └─ aggregate by origin: flights = n(), delay = mean(delay)
            └─ filter distance > 500
               └─ scan flights.vtr [all 9 columns]

    plan after push-filter, sort-limit, prune-columns
      top-n 10 rows by delay desc                                  top-n, O(n); memory ∝ 10 rows, spills sorted runs
      └─ aggregate by origin: flights = n(), delay = mean(delay)   hash aggregate, O(n); memory ∝ groups, spills partitions
         └─ filter distance > 500                                  row by row
            └─ scan flights.vtr [delay, distance, origin] skipping unless distance > 500
                                                                   one pass of 3,000,000 rows, 3 of 9 columns; at most 60.2 MB

    cost
      sort or partition: O(n log n), one pass, reads at most 60.2 MB; memory ∝ groups, then 10 rows; beyond the memory limit it spills to disk"
  `);
});

test('a stream holds nothing', () => {
  const plan = project(filter(scan(source), f('isNotNull', c('delay'))), keep('origin', 'delay'));
  expect(explain(plan)).toMatchInlineSnapshot(`
    "plan as written
      project origin, delay
      └─ filter delay is not null
         └─ scan flights.vtr [all 9 columns]

    plan after push-filter, prune-columns
      project origin, delay         free
      └─ filter delay is not null   row by row
         └─ scan flights.vtr [delay, origin] skipping unless delay is not null
                                    one pass of 3,000,000 rows, 2 of 9 columns; at most 60.2 MB

    cost
      streaming scan: O(n), one pass, reads at most 60.2 MB; constant memory"
  `);
});

test('a plan that no rule changes', () => {
  expect(explain(scan(flights()))).toMatchInlineSnapshot(`
    "plan, nothing to optimize
      scan flights.vtr [all 9 columns]   one pass

    cost
      streaming scan: O(n), one pass; constant memory"
  `);
});

test('a sort names its key expressions and its disk', () => {
  const plan = sort(scan(source), [
    down(f('abs', f('sub', c('delay'), 7))),
    { expr: c('origin'), descending: false },
  ]);
  expect(explain(plan)).toMatchInlineSnapshot(`
    "plan, nothing to optimize
      sort by abs(delay - 7) desc, origin   external sort, O(n log n); memory ∝ rows, spills sorted runs
      └─ scan flights.vtr [all 9 columns]   one pass of 3,000,000 rows; at most 60.2 MB

    cost
      sort or partition: O(n log n), one pass, reads at most 60.2 MB; memory ∝ rows; beyond the memory limit it spills to disk"
  `);
});
