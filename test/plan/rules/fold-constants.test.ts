/** Constants computed while planning, by a stand-in evaluator that knows three operations. */
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import type { Evaluator } from '../../../src/data/doors.js';
import { int64, int8 } from '../../../src/data/types.js';
import { cast } from '../../../src/expr/build.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { optimize } from '../../../src/plan/optimize.js';
import { foldConstants } from '../../../src/plan/rules/fold-constants.js';
import { flights } from '../memory-source.js';
import { c, f, lit, named } from '../write-expr.js';
import { after } from './apply-rule.js';

const rows = scan(flights(), ['delay', 'origin']);

const evaluator: Evaluator = {
  evaluate(op, args) {
    const [a, b] = args.map((arg) => Number(arg.value));
    if (op === 'add') return a! + b!;
    if (op === 'mul') return a! * b!;
    throw new EngineError('data', `${op} fails`);
  },
};

test('from the leaves up, as far as no column is involved', () => {
  const plan = filter(rows, f('gt', c('delay'), f('add', f('mul', 6, 7), 1)));
  expect(after(foldConstants, plan, evaluator)).toMatchInlineSnapshot(`
    "
    filter delay > 43
    └─ scan flights.vtr [delay, origin]
    "
  `);
});

test('the value keeps the type that the expression had', () => {
  const plan = project(rows, named({ x: f('add', 1, cast(lit(2), int64)), y: cast(lit(3), int8) }));
  const optimized = optimize(plan, { rules: [foldConstants], evaluator });
  expect(optimized.schema.fields.map((field) => field.type)).toEqual([int64, int8]);
  expect(after(foldConstants, plan, evaluator)).toMatchInlineSnapshot(`
    "
    project x = 3, y = 3
    └─ scan flights.vtr [delay, origin]
    "
  `);
});

describe('left for the run', () => {
  test('what fails', () => {
    expect(after(foldConstants, project(rows, named({ x: f('sub', 1, 2) })), evaluator)).toBe('unchanged');
  });

  test('literals, columns, and everything without an evaluator', () => {
    expect(after(foldConstants, project(rows, named({ x: lit(1), y: c('delay') })), evaluator)).toBe(
      'unchanged',
    );
    expect(after(foldConstants, project(rows, named({ x: f('add', 1, 2) })))).toBe('unchanged');
  });
});
