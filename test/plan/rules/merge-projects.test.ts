/** Neighbouring projections become one. */
import { expect, test } from 'vitest';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { mergeProjects } from '../../../src/plan/rules/merge-projects.js';
import { flights } from '../memory-source.js';
import { c, f, keep, lit, named } from '../write-expr.js';
import { after } from './apply-rule.js';

const rows = scan(flights(), ['delay', 'distance', 'origin']);

test('what is used once is put in its place', () => {
  const lower = project(
    rows,
    named({ late: f('sub', c('delay'), 5), far: c('distance'), spare: f('abs', c('delay')) }),
  );
  const plan = project(lower, named({ x: f('mul', c('late'), 2), y: f('add', c('far'), c('far')) }));
  expect(after(mergeProjects, plan)).toMatchInlineSnapshot(`
    "
    project x = (delay - 5) * 2, y = distance + distance
    └─ scan flights.vtr [delay, distance, origin]
    "
  `);
});

test('what is computed and used twice stays', () => {
  const lower = project(rows, named({ late: f('sub', c('delay'), 5) }));
  expect(after(mergeProjects, project(lower, named({ x: f('mul', c('late'), c('late')) })))).toBe(
    'unchanged',
  );
});

test('a literal keeps its type', () => {
  const lower = project(rows, [...keep('delay'), { name: 'one', expr: lit(1) }]);
  const plan = project(lower, named({ x: f('add', c('one'), 0.5), one: c('one') }));
  expect(after(mergeProjects, plan)).toMatchInlineSnapshot(`
    "
    project x = 1 + 0.5, one = 1
    └─ scan flights.vtr [delay, distance, origin]
    "
  `);
});

test('one that changes nothing goes, one that reorders stays', () => {
  expect(after(mergeProjects, project(rows, keep('delay', 'distance', 'origin')))).toMatchInlineSnapshot(`
    "
    scan flights.vtr [delay, distance, origin]
    "
  `);
  expect(after(mergeProjects, project(rows, keep('distance', 'delay', 'origin')))).toBe('unchanged');
  expect(after(mergeProjects, project(rows, keep('delay')))).toBe('unchanged');
});
