/** Expressions of aggregates become an aggregate and a projection. */
import { expect, test } from 'vitest';
import { printPlan } from '../../src/plan/print-plan.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { summarise } from '../../src/plan/summarise.js';
import { flights } from './memory-source.js';
import { agg, c, f, lit, named } from './write-expr.js';

const rows = scan(flights(), ['delay', 'distance', 'origin']);

test('aggregates alone are one node', () => {
  const plan = summarise(rows, ['origin'], named({ n: agg('n'), d: agg('mean', c('delay')) }));
  expect(printPlan(plan)).toMatchInlineSnapshot(`
    "aggregate by origin: n = n(), d = mean(delay)
    └─ scan flights.vtr [delay, distance, origin]"
  `);
});

test('each different aggregate is computed once', () => {
  const mean = f('div', agg('sum', c('delay')), agg('n'));
  const plan = summarise(
    rows,
    ['origin'],
    named({ n: agg('n'), mean, share: f('div', mean, agg('n')), where: c('origin') }),
  );
  expect(printPlan(plan)).toMatchInlineSnapshot(`
    "project origin, n = "n()", mean = "sum(delay)" / "n()", share = "sum(delay)" / "n()" / "n()", "where" = origin
    └─ aggregate by origin: "n()" = n(), "sum(delay)" = sum(delay)
       └─ scan flights.vtr [delay, distance, origin]"
  `);
});

test('names of the result do not get in the way', () => {
  const plan = summarise(rows, [], named({ 'n()': f('add', agg('n'), 1), 'n() 1': agg('n') }));
  expect(printPlan(plan)).toMatchInlineSnapshot(`
    "project "n()" = "n() 2" + 1, "n() 1" = "n() 2"
    └─ aggregate all rows: "n() 2" = n()
       └─ scan flights.vtr [delay, distance, origin]"
  `);
});

test('literals alone give one row per group', () => {
  expect(printPlan(summarise(rows, [], named({ x: lit(1) })))).toMatchInlineSnapshot(`
    "project x = 1
    └─ aggregate all rows: "n()" = n()
       └─ scan flights.vtr [delay, distance, origin]"
  `);
  expect(printPlan(summarise(rows, ['origin'], named({ x: lit(1) })))).toMatchInlineSnapshot(`
    "project origin, x = 1
    └─ aggregate by origin
       └─ scan flights.vtr [delay, distance, origin]"
  `);
});

test('a column of many rows has no place in a row of the result', () => {
  expect(() =>
    summarise(rows, ['origin'], named({ x: f('sub', c('delay'), agg('mean', c('delay'))) })),
  ).toThrow(
    expect.objectContaining({
      code: 'plan',
      message:
        '"x" uses the column "delay" outside an aggregate; wrap it, as in first("delay"), or group by it',
    }),
  );
});
