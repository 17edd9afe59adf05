/** Where the order of groups cannot be seen. */
import { expect, test } from 'vitest';
import type { PlanNode } from '../../src/plan/node.js';
import { aggregate } from '../../src/plan/nodes/aggregate.js';
import { filter } from '../../src/plan/nodes/filter.js';
import { limit } from '../../src/plan/nodes/limit.js';
import { project } from '../../src/plan/nodes/project.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { sort } from '../../src/plan/nodes/sort.js';
import { topN } from '../../src/plan/nodes/top-n.js';
import { orderBlindAggregates } from '../../src/plan/order-blind.js';
import { flights } from './memory-source.js';
import { agg, c, down, f, keep, named, up } from './write-expr.js';

const groups = aggregate(scan(flights()), ['origin', 'day'], named({ n: agg('n') }));

test.each<[string, PlanNode, boolean]>([
  ['as the result', groups, false],
  ['below an aggregate', aggregate(groups, ['origin'], named({ s: agg('sum', c('n')) })), true],
  [
    'below one that takes the first',
    aggregate(groups, ['origin'], named({ s: agg('first', c('n')) })),
    false,
  ],
  ['behind a filter', aggregate(filter(groups, f('gt', c('n'), 1)), ['origin'], []), true],
  ['below a limit', aggregate(limit(groups, 5), ['origin'], []), false],
  ['below a sort with ties', sort(groups, [down(c('n'))]), false],
  [
    'below a sort that tells all groups apart',
    sort(groups, [down(c('n')), up(c('origin')), up(c('day'))]),
    true,
  ],
  ['so a top-n', topN(groups, [up(c('day')), up(c('origin'))], 3), true],
  ['and with ties', topN(groups, [up(c('day'))], 3), false],
  [
    'sorted by what only seems a key',
    sort(project(groups, named({ origin: c('day'), day: c('day') })), [up(c('origin')), up(c('day'))]),
    false,
  ],
  [
    'sorted behind a projection',
    sort(project(groups, keep('origin', 'day')), [up(c('origin')), up(c('day'))]),
    true,
  ],
  [
    'with ties below an aggregate',
    aggregate(sort(groups, [up(c('n'))]), [], named({ s: agg('sum', c('n')) })),
    true,
  ],
])('%s', (_, plan, expected) => {
  expect(orderBlindAggregates(plan).has(groups)).toBe(expected);
});
