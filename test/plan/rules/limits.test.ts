/** The rules push-limit and sort-limit: limits move down, join, and turn sorts into top-n. */
import { describe, expect, test } from 'vitest';
import { filter } from '../../../src/plan/nodes/filter.js';
import { limit } from '../../../src/plan/nodes/limit.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { topN } from '../../../src/plan/nodes/top-n.js';
import { pushLimit } from '../../../src/plan/rules/push-limit.js';
import { sortLimit } from '../../../src/plan/rules/sort-limit.js';
import { flights } from '../memory-source.js';
import { c, down, f, keep, up } from '../write-expr.js';
import { after } from './apply-rule.js';

const rows = scan(flights(), ['delay', 'origin']);

describe('push-limit', () => {
  test('moves below a projection', () => {
    expect(after(pushLimit, limit(project(rows, keep('delay')), 5))).toMatchInlineSnapshot(`
      "
      project delay
      └─ limit 5 rows
         └─ scan flights.vtr [delay, origin]
      "
    `);
  });

  test('stays above a filter', () => {
    expect(after(pushLimit, limit(filter(rows, f('gt', c('delay'), 1)), 5))).toBe('unchanged');
  });

  test.each([
    ['the smaller count wins', 10, 0, 5, 0],
    ['an inner limit that ends first', 5, 0, 10, 0],
    ['offsets add up and eat the inner count', 10, 3, 20, 4],
    ['nothing is left', 5, 0, 5, 9],
  ])('%s', (_, innerCount, innerOffset, count, offset) => {
    const plan = limit(limit(rows, innerCount, innerOffset), count, offset);
    expect(after(pushLimit, plan)).toMatchSnapshot();
  });
});

describe('sort-limit', () => {
  test('the first rows of a sort are a top-n', () => {
    expect(after(sortLimit, limit(sort(rows, [down(c('delay')), up(c('origin'))]), 10, 5)))
      .toMatchInlineSnapshot(`
      "
      top-n 10 rows from row 5 by delay desc, origin
      └─ scan flights.vtr [delay, origin]
      "
    `);
  });

  test('a limit over a top-n shortens it', () => {
    expect(after(sortLimit, limit(topN(rows, [up(c('delay'))], 10, 2), 20, 3))).toMatchInlineSnapshot(`
      "
      top-n 7 rows from row 5 by delay
      └─ scan flights.vtr [delay, origin]
      "
    `);
  });

  test('a limit over anything else stays', () => {
    expect(after(sortLimit, limit(rows, 5))).toBe('unchanged');
  });
});
