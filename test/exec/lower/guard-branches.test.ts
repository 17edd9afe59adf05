/** Branches raise no errors for rows that do not take them. */
import { expect, test } from 'vitest';
import { int32 } from '../../../src/data/types.js';
import { cast } from '../../../src/expr/build.js';
import type { Expr } from '../../../src/expr/expr.js';
import { resolve } from '../../../src/expr/resolve.js';
import { guardBranches } from '../../../src/exec/lower/guard-branches.js';
import { lower } from '../../../src/exec/lower/index.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { flights } from '../../plan/memory-source.js';
import { c, f } from '../../plan/write-expr.js';
import { printPipelines } from '../print-lowered.js';

const rows = scan(flights(), ['delay', 'distance', 'origin', 'late']);
const guarded = (expr: Expr): string =>
  printPipelines(lower(project(rows, [{ name: 'value', expr }]), 'collect').description.pipelines);
const parsed = cast(c('origin'), int32);

test('a cast in the first branch sees only the rows that take it', () => {
  expect(guarded(f('ifElse', c('late'), parsed, 0))).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1 2 3
      %6 = ifElse %3 %2 null : utf8
      %7 = cast %6 : int32
      %8 = ifElse %3 %7 0 : int32
      collect [%8]"
  `);
});

test('one in the second branch those for which the condition is false or null', () => {
  expect(guarded(f('ifElse', f('gt', c('delay'), 0), 0, parsed))).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1 2 3
      %7 = gt %0 0 : bool
      %8 = coalesce %7 false : bool
      %9 = not %8 : bool
      %10 = ifElse %9 %2 null : utf8
      %11 = cast %10 : int32
      %12 = ifElse %7 0 %11 : int32
      collect [%12]"
  `);
});

test('all that can fail in a branch, and branches in branches', () => {
  const inner = f('ifElse', f('gt', c('delay'), 5), f('add', parsed, 1), c('distance'));
  expect(guarded(f('ifElse', c('late'), 0, inner))).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1 2 3
      %9 = gt %0 5 : bool
      %10 = not %3 : bool
      %11 = coalesce %9 false : bool
      %12 = and %10 %11 : bool
      %13 = ifElse %12 %2 null : utf8
      %14 = cast %13 : int32
      %15 = add %14 1 : int32
      %16 = ifElse %9 %15 %1 : int32
      %17 = ifElse %3 0 %16 : int32
      collect [%17]"
  `);
});

test('later operands of coalesce see only the rows where the earlier ones are null', () => {
  expect(guarded(f('coalesce', c('delay'), c('distance'), parsed))).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1 2 3
      %5 = isNull %0 : bool
      %6 = isNull %1 : bool
      %7 = and %5 %6 : bool
      %8 = ifElse %7 %2 null : utf8
      %9 = cast %8 : int32
      %10 = coalesce %0 %1 %9 : int32
      collect [%10]"
  `);
});

test('messages name the operation as it was written', () => {
  const { instructions } = lower(
    project(rows, [{ name: 'value', expr: f('ifElse', c('late'), parsed, 0) }]),
    'collect',
  ).description.pipelines[0]!.program;
  expect(instructions.map(({ label }) => label)).toEqual([
    'origin',
    'cast(origin as int32)',
    'ifElse(late, origin, 0)',
  ]);
});

test('what cannot fail stays as it is', () => {
  for (const expr of [f('ifElse', c('late'), c('delay'), 0), f('coalesce', c('delay'), 0)]) {
    const resolved = resolve(expr, rows.schema);
    expect(guardBranches(resolved)).toBe(resolved);
  }
});
