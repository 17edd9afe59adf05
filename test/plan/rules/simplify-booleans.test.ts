/** Conditions shortened by three-valued logic. */
import { expect, test } from 'vitest';
import type { Expr } from '../../../src/expr/expr.js';
import { printExpr } from '../../../src/expr/print-expr.js';
import { bool } from '../../../src/data/types.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { optimize } from '../../../src/plan/optimize.js';
import { simplifyBooleans } from '../../../src/plan/rules/simplify-booleans.js';
import { flights } from '../memory-source.js';
import { c, f, lit, named } from '../write-expr.js';
import { after } from './apply-rule.js';

const rows = scan(flights(), ['delay', 'distance', 'late']);
const a = f('gt', c('delay'), 0);
const b = f('gt', c('distance'), 0);

function simplified(expr: Expr): string {
  const plan = optimize(project(rows, named({ x: expr })), { rules: [simplifyBooleans] });
  if (plan.kind !== 'project') throw new Error(`a projection became a ${plan.kind}`);
  return printExpr(plan.columns[0]!.expr);
}

test.each<[string, Expr, string]>([
  ['true is neutral to and', f('and', lit(true), a), 'delay > 0'],
  ['false is neutral to or', f('or', a, lit(false)), 'delay > 0'],
  ['false decides and', f('and', a, lit(false)), 'false'],
  ['true decides or', f('or', lit(true), a), 'true'],
  ['the same twice', f('and', a, f('gt', c('delay'), 0)), 'delay > 0'],
  ['nothing to do', f('and', a, b), 'delay > 0 and distance > 0'],
  ['not not', f('not', f('not', c('late'))), 'late'],
  ['not of a comparison', f('not', f('lt', c('delay'), 5)), 'delay >= 5'],
  ['not of a null test', f('not', f('isNull', c('delay'))), 'delay is not null'],
  ['not of and stays', f('not', f('and', a, b)), 'not (delay > 0 and distance > 0)'],
  ['compared with true', f('eq', c('late'), true), 'late'],
  ['compared with false', f('eq', false, c('late')), 'not late'],
  ['not equal to true', f('ne', c('late'), true), 'not late'],
  ['null test of a column without nulls', f('isNull', c('distance')), 'false'],
  ['null test of a column with nulls', f('isNull', c('delay')), 'delay is null'],
  ['null test of what may fail', f('isNull', f('add', c('distance'), 1)), 'distance + 1 is null'],
])('%s', (_, expr, expected) => {
  expect(simplified(expr)).toBe(expected);
});

test('a null left over keeps its type', () => {
  const plan = optimize(project(rows, named({ x: f('and', true, null) })), { rules: [simplifyBooleans] });
  expect(plan.schema.field('x')?.type).toEqual(bool);
});

test('a filter that keeps every row goes; one that keeps none reads none', () => {
  expect(after(simplifyBooleans, filter(rows, f('or', a, lit(true))))).toMatchInlineSnapshot(`
    "
    scan flights.vtr [delay, distance, late]
    "
  `);
  expect(after(simplifyBooleans, filter(rows, f('and', a, lit(false))))).toMatchInlineSnapshot(`
    "
    limit 0 rows
    └─ scan flights.vtr [delay, distance, late]
    "
  `);
  expect(after(simplifyBooleans, filter(rows, lit(null, bool)))).toMatchInlineSnapshot(`
    "
    limit 0 rows
    └─ scan flights.vtr [delay, distance, late]
    "
  `);
});
