/** What the rules do with joins with nearest rows: which conditions move, which columns stay. */
import { expect, test } from 'vitest';
import type { Source } from '../../../src/data/doors.js';
import { float64, int32, utf8 } from '../../../src/data/types.js';
import type { PlanNode } from '../../../src/plan/node.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { knnJoin } from '../../../src/plan/nodes/knn-join.js';
import { limit } from '../../../src/plan/nodes/limit.js';
import { project } from '../../../src/plan/nodes/project.js';
import { radiusJoin } from '../../../src/plan/nodes/radius-join.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { pruneColumns } from '../../../src/plan/rules/prune-columns.js';
import { pushFilter } from '../../../src/plan/rules/push-filter.js';
import { pushLimit } from '../../../src/plan/rules/push-limit.js';
import { rowsAtMost } from '../../../src/plan/rows-at-most.js';
import { memorySource } from '../memory-source.js';
import { c, f, keep, up } from '../write-expr.js';
import { after } from './apply-rule.js';

const shops = scan(memorySource({ id: int32, x: float64, kind: utf8 }, { label: 'shops', rows: 10 }));
const stations = scan(memorySource({ x: float64, y: float64, name: utf8 }, { label: 'stations', rows: 4 }));
const wishes = {
  on: { left: ['x'], right: ['x'] },
  by: [],
  nulls: 'never' as const,
  metric: { name: 'euclidean' as const, p: 2 },
  excludeSelf: false,
  missing: 'error' as const,
  method: undefined,
  rank: 'rank',
  distance: 'distance',
  columns: [
    { name: 'name', source: 'name' },
    { name: 'y', source: 'y' },
  ],
};
const near = knnJoin(shops, stations, { ...wishes, k: 3 });

test('conditions on the queries move below the join, those on neighbours stay above', () => {
  const all = f('and', f('and', f('lt', c('id'), 9), f('eq', c('name'), 'a')), f('gt', c('rank'), 1));
  expect(after(pushFilter, filter(near, all))).toMatchInlineSnapshot(`
    "
    filter name = 'a' and rank > 1
    └─ knn-join 3 nearest on x, euclidean
       ├─ filter id < 9
       │  └─ scan shops [all 3 columns] skipping unless id < 9
       └─ scan stations [all 3 columns]
    "
  `);
  const within = radiusJoin(shops, stations, { ...wishes, radius: 2 });
  expect(after(pushFilter, filter(within, f('gt', c('distance'), 1)))).toBe('unchanged');
});

test('a condition that may fail is asked only where there are neighbours', () => {
  const fails = f('gt', f('add', c('id'), 1), 3);
  expect(after(pushFilter, filter(near, fails))).toBe('unchanged');
});

test('where rows are known by number, only a file keeps numbers under a filter', () => {
  const over = (source: Source, input: (plan: PlanNode) => PlanNode): PlanNode => {
    const plan = input(scan(source));
    const self = knnJoin(plan, plan, { ...wishes, columns: [], excludeSelf: true, k: 1 });
    return filter(self, f('lt', c('id'), 9));
  };
  const file: Source = { ...shops.source, rangeable: 'native' };
  expect(
    after(
      pushFilter,
      over(file, (plan) => plan),
    ),
  ).toContain('filter id < 9\n│  └─ scan');
  expect(
    after(
      pushFilter,
      over(shops.source, (plan) => plan),
    ),
  ).toBe('unchanged');
  expect(
    after(
      pushFilter,
      over(file, (plan) => sort(plan, [up(c('x'))])),
    ),
  ).toBe('unchanged');
});

test('both sides read what is used', () => {
  expect(after(pruneColumns, project(near, keep('id', 'name')))).toMatchInlineSnapshot(`
    "
    project id, name
    └─ knn-join 3 nearest on x, euclidean
       ├─ scan shops [id, x]
       └─ scan stations [x, name]
    "
  `);
  const grouped = knnJoin(shops, stations, { ...wishes, k: 1, by: [{ left: 'kind', right: 'name' }] });
  expect(after(pruneColumns, project(grouped, keep('distance')))).toMatchInlineSnapshot(`
    "
    project distance
    └─ knn-join 1 nearest on x, by kind = name, euclidean
       ├─ scan shops [x, kind]
       └─ scan stations [x, name]
    "
  `);
});

test('limits stay above: a query may have no neighbour', () => {
  expect(after(pushLimit, limit(near, 5))).toBe('unchanged');
  expect(rowsAtMost(near)).toBe(30);
  expect(rowsAtMost(knnJoin(shops, limit(stations, 0), { ...wishes, k: 3 }))).toBe(0);
  expect(rowsAtMost(radiusJoin(shops, stations, { ...wishes, radius: 1 }))).toBe(40);
});
