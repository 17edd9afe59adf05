/** The join with what an index finds: what it checks and tells, and what the rules do with it. */
import { expect, test } from 'vitest';
import type { VectorIndex } from '../../../src/data/doors.js';
import { float32, float64, int32, utf8 } from '../../../src/data/types.js';
import { gradeOf } from '../../../src/plan/query-grade.js';
import type { PlanNode } from '../../../src/plan/node.js';
import type { AnnoyJoinWishes } from '../../../src/plan/nodes/annoy-join.js';
import { annoyJoin, candidatesOf } from '../../../src/plan/nodes/annoy-join.js';
import { definitionOf } from '../../../src/plan/nodes/index.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { limit } from '../../../src/plan/nodes/limit.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { pruneColumns } from '../../../src/plan/rules/prune-columns.js';
import { pushFilter } from '../../../src/plan/rules/push-filter.js';
import { pushLimit } from '../../../src/plan/rules/push-limit.js';
import { rowsAtMost } from '../../../src/plan/rows-at-most.js';
import { memorySource } from '../memory-source.js';
import { c, f, keep } from '../write-expr.js';
import { after } from '../rules/apply-rule.js';

const shops = scan(
  memorySource({ id: int32, x: float64, y: float32, kind: utf8 }, { label: 'shops', rows: 10 }),
);
const stations = scan(
  memorySource({ lat: float64, lon: float64, name: utf8 }, { label: 'stations', rows: 4 }),
);
const searched: VectorIndex = {
  label: 'stations.ann',
  rows: 4,
  columns: 2,
  metric: 'angular',
  trees: 7,
  usualSearchK: (k) => 7 * k,
  open: () => Promise.reject(new Error('never opened here')),
};
const wishes: AnnoyJoinWishes = {
  searched,
  on: ['x', 'y'],
  k: 3,
  excludeSelf: false,
  missing: 'error',
  rank: 'rank',
  distance: 'distance',
  index: 'index',
  columns: [],
};
const columns = [
  { name: 'name', source: 'name' },
  { name: 'lat', source: 'lat' },
];
const near = annoyJoin(shops, undefined, wishes);
const named = annoyJoin(shops, stations, { ...wishes, columns });

test('its schema: the queries, rank, distance and number, columns of the reference', () => {
  expect(near.schema.toString()).toBe(
    '{ id: int32, x: float64, y: float32, kind: utf8, rank: int32, distance: float64, index: int32 }',
  );
  expect(named.schema.names.slice(7)).toEqual(['name', 'lat']);
  expect(rowsAtMost(near)).toBe(30);
  expect(rowsAtMost(annoyJoin(shops, undefined, { ...wishes, k: 9 }))).toBe(40);
});

test('it says what it searches, and streams unless a reference is kept', () => {
  const line = (node: PlanNode): string => definitionOf(node).describe(node);
  expect(line(near)).toBe('about 3 nearest in stations.ann on x, y, angular, searchK 21 (usual)');
  const asked = annoyJoin(shops, undefined, { ...wishes, searchK: 5000, missing: 'skip' });
  expect(line(asked)).toBe(
    'about 3 nearest in stations.ann on x, y, angular, searchK 5,000, skipping missing',
  );
  expect(candidatesOf(asked)).toBe(5000);
  expect(annoyJoin(shops, undefined, { ...wishes, searchK: -1 }).searchK).toBe(undefined);
  expect(gradeOf(near)).toMatchObject({ flow: 'stream', memory: 'constant' });
  expect(gradeOf(named)).toMatchObject({ flow: 'breaker', memory: 'columns of the reference' });
});

test.each<[string, Partial<AnnoyJoinWishes>, string, RegExp]>([
  ['a column that is not there', { on: ['x', 'knid'] }, 'plan', /no column "knid"; did you mean "kind"/],
  ['text', { on: ['x', 'kind'] }, 'type', /"kind" is utf8/],
  ['too few columns', { on: ['x'] }, 'argument', /each dimension of stations.ann, which has 2; `on` names 1/],
  ['no neighbours', { k: 0 }, 'argument', /k of annoyJoin/],
  ['half a candidate', { searchK: 1.5 }, 'argument', /searchK of annoyJoin/],
  ['a name twice', { index: 'rank' }, 'plan', /two columns named "rank"/],
  ['a name of the queries', { distance: 'kind' }, 'plan', /two columns named "kind"/],
  ['rows without numbers', { excludeSelf: true }, 'argument', /place in a .vtr file/],
])('it refuses %s', (_, wish, code, text) => {
  expect(() => annoyJoin(shops, undefined, { ...wishes, ...wish })).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(text) as unknown }) as Error,
  );
});

test('rows are known by number where both sides number them alike, or a whole file does', () => {
  const file = scan({ ...shops.source, rangeable: 'native' });
  const self = { ...wishes, excludeSelf: true };
  const kept = annoyJoin(filter(file, f('lt', c('id'), 5)), undefined, self);
  expect(after(pushFilter, filter(kept, f('lt', c('x'), 9)))).toContain('filter id < 5 and x < 9');
  const part = scan(file.source, ['id', 'x', 'y'], [], { first: 2, end: 8 });
  expect(() => annoyJoin(part, undefined, self)).toThrow(/place in a .vtr file/);
  expect(annoyJoin(part, part, self).excludeSelf).toBe(true);
  expect(annoyJoin(shops, shops, self).excludeSelf).toBe(true);
  expect(() => annoyJoin(shops, stations, self)).toThrow(/the same query/);
  // Over what does not keep numbers, conditions stay where they were written.
  expect(after(pushFilter, filter(annoyJoin(shops, shops, self), f('lt', c('id'), 9)))).toBe('unchanged');
});

test('conditions on the queries move below, those on what was found stay above', () => {
  const all = f('and', f('and', f('lt', c('id'), 9), f('eq', c('index'), 2)), f('gt', c('rank'), 1));
  expect(after(pushFilter, filter(near, all))).toMatchInlineSnapshot(`
    "
    filter index = 2 and rank > 1
    └─ annoy-join about 3 nearest in stations.ann on x, y, angular, searchK 21 (usual)
       └─ filter id < 9
          └─ scan shops [all 4 columns] skipping unless id < 9
    "
  `);
  expect(after(pushFilter, filter(named, f('and', f('lt', c('id'), 9), f('eq', c('name'), 'a'))))).toContain(
    'filter id < 9',
  );
  expect(after(pushFilter, filter(near, f('gt', c('distance'), 1)))).toBe('unchanged');
  expect(after(pushFilter, filter(near, f('gt', f('add', c('id'), 1), 3)))).toBe('unchanged');
  expect(after(pushLimit, limit(near, 5))).toBe('unchanged');
});

test('what nobody uses is not read; a reference is counted all the same', () => {
  expect(after(pruneColumns, project(named, keep('id', 'name', 'index')))).toMatchInlineSnapshot(`
    "
    project id, name, index
    └─ annoy-join about 3 nearest in stations.ann on x, y, angular, searchK 21 (usual)
       ├─ scan shops [id, x, y]
       └─ scan stations [name]
    "
  `);
  expect(after(pruneColumns, project(named, keep('distance')))).toMatchInlineSnapshot(`
    "
    project distance
    └─ annoy-join about 3 nearest in stations.ann on x, y, angular, searchK 21 (usual)
       ├─ scan shops [x, y]
       └─ scan stations [lat]
    "
  `);
  expect(after(pruneColumns, project(near, keep('rank')))).toMatchInlineSnapshot(`
    "
    project rank
    └─ annoy-join about 3 nearest in stations.ann on x, y, angular, searchK 21 (usual)
       └─ scan shops [x, y]
    "
  `);
});
