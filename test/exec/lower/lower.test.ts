/** Plans lowered to pipelines, shown as text. */
import { expect, test } from 'vitest';
import { describe } from '../../../src/exec/describe.js';
import { lower } from '../../../src/exec/lower/index.js';
import type { PlanNode } from '../../../src/plan/node.js';
import { aggregate } from '../../../src/plan/nodes/aggregate.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { limit } from '../../../src/plan/nodes/limit.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { sliceGroups } from '../../../src/plan/nodes/slice-groups.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { topN } from '../../../src/plan/nodes/top-n.js';
import { optimize } from '../../../src/plan/optimize.js';
import { flights } from '../../plan/memory-source.js';
import { agg, c, down, f, keep, named, up } from '../../plan/write-expr.js';
import { decodeDescription } from '../decode-description.js';
import { printPipelines } from '../print-lowered.js';

const source = flights();
const read = (...columns: readonly string[]): PlanNode => scan(source, columns);

function lowered(plan: PlanNode, kind: 'batches' | 'collect' | 'writeVtr' = 'collect'): string {
  const { description } = lower(plan, kind);
  // Whatever is lowered can be written and read back.
  expect(decodeDescription(describe(description))).toHaveLength(description.pipelines.length);
  return printPipelines(description.pipelines);
}

test('filter, project, aggregate, collect', () => {
  const long = filter(read('delay', 'distance', 'origin'), f('gt', c('distance'), 500));
  const hours = project(long, [...keep('origin'), { name: 'hours', expr: f('div', c('delay'), 60) }]);
  const plan = aggregate(
    hours,
    ['origin'],
    named({ n: agg('n'), mean: agg('mean', c('hours')), max: agg('max', c('hours')) }),
  );
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1 2
      %5 = gt %1 500 : bool
      filter %5
      %7 = cast %0 #-1 : float64
      %8 = div %7 60 : float64
      aggregate [%2 %8] keys 1, countAll(), mean(o1), max(o1)
    pipeline 1: pipeline 0 columns 0 1 2 3
      collect [%0 %1 %2 %3]"
  `);
});

test('a filter below is tested before what is computed above, however the plan is written', () => {
  const computed = project(
    read('delay', 'distance'),
    named({ speed: f('mul', c('distance'), 2), delay: c('delay') }),
  );
  const plan = filter(computed, f('gt', c('delay'), 15));
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1
      %4 = gt %0 15 : bool
      filter %4
      %6 = mul %1 2 : int32
      collect [%6 %0]"
  `);
});

test('equal parts are computed once, across projections too', () => {
  const twice = project(
    read('delay'),
    named({ a: f('add', c('delay'), 1), b: f('mul', f('add', c('delay'), 1), f('add', c('delay'), 1)) }),
  );
  const plan = project(twice, named({ c: f('sub', c('b'), c('a')), d: f('add', c('a'), 1) }));
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0
      %2 = add %0 1 : int32
      %3 = mul %2 %2 : int32
      %4 = sub %3 %2 : int32
      %5 = add %2 1 : int32
      collect [%4 %5]"
  `);
});

test('conditions are tested one by one: numbers, then text, then what may fail', () => {
  const plan = filter(
    read('delay', 'distance', 'origin'),
    f(
      'and',
      f('and', f('like', c('origin'), 'S%'), f('lt', f('add', c('distance'), c('delay')), 9)),
      f('gt', c('delay'), 15),
    ),
  );
  expect(lowered(project(plan, keep('delay')))).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1 2
      %6 = gt %0 15 : bool
      filter %6
      %8 = like %2 'S%' : bool
      filter %8
      %10 = add %1 %0 : int32
      %11 = lt %10 9 : bool
      filter %11
      collect [%0]"
  `);
});

test('conditions in a scan become zone predicates over the columns read', () => {
  const plan = optimize(
    project(
      filter(
        scan(source),
        f(
          'and',
          f('between', c('distance'), 10, 20),
          f('and', f('in', c('origin'), 'SFO', 'LAX'), f('gt', 1.5, c('delay'))),
        ),
      ),
      keep('delay'),
    ),
  );
  expect(lowered(plan, 'batches')).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1 2 where c1 ge 10, c1 le 20, c2 in 'SFO' 'LAX', c0 lt 2
      %8 = between %1 10 20 : bool
      filter %8
      %10 = lt %0 2 : bool
      filter %10
      %12 = in %2 'SFO' 'LAX' : bool
      filter %12
      batches [%0]"
  `);
});

test('a sort carries computed keys behind its columns and leaves them out afterwards', () => {
  const plan = sort(read('delay', 'origin'), [down(f('abs', c('delay'))), up(c('origin'))]);
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1
      %2 = abs %0 : int32
      sort [%0 %1 %2] by o2 desc, by o1
    pipeline 1: pipeline 0 columns 0 1
      collect [%0 %1]"
  `);
});

test('top-n', () => {
  expect(lowered(topN(read('delay', 'origin'), [down(c('delay'))], 10, 5))).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1
      sort [%0 %1] by o0 desc, limit 10, offset 5
    pipeline 1: pipeline 0 columns 0 1
      collect [%0 %1]"
  `);
});

test('the first rows of each group', () => {
  expect(lowered(sliceGroups(read('delay', 'origin'), ['origin'], [up(c('delay'))], 2)))
    .toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1
      sort [%0 %1] by o1, by o0, 2 per first 1
    pipeline 1: pipeline 0 columns 0 1
      collect [%0 %1]"
  `);
});

test('a final limit cuts in the sink, also below a projection', () => {
  const plan = project(limit(read('delay'), 10, 2), named({ more: f('div', c('delay'), 2) }));
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0
      %2 = cast %0 #-1 : float64
      %3 = div %2 2 : float64
      collect [%3] limit 10, offset 2"
  `);
});

test('a limit is carried out before a projection that could fail on the rows beyond', () => {
  const plan = project(limit(read('delay'), 10), named({ more: f('add', c('delay'), 1) }));
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0
      materialise [%0] limit 10
    pipeline 1: pipeline 0 columns 0
      %2 = add %0 1 : int32
      collect [%2]"
  `);
});

test('a limit in the middle is carried out before the next step, and before a file', () => {
  const plan = filter(limit(limit(read('delay'), 10), 5, 2), f('gt', c('delay'), 0));
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0
      materialise [%0] limit 10
    pipeline 1: pipeline 0 columns 0
      materialise [%0] limit 5, offset 2
    pipeline 2: pipeline 1 columns 0
      %2 = gt %0 0 : bool
      filter %2
      collect [%0]"
  `);
  expect(lowered(limit(read('delay'), 10), 'writeVtr')).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0
      materialise [%0] limit 10
    pipeline 1: pipeline 0 columns 0
      writeVtr [%0] handle 1"
  `);
});

test('aggregates of one argument share its column; conditions become part of it', () => {
  const where = { ...agg('sum', c('delay')), where: f('gt', c('distance'), 500) } as ReturnType<typeof agg>;
  const plan = aggregate(
    read('delay', 'distance'),
    [],
    named({ s: agg('sum', c('delay')), m: agg('mean', c('delay')), w: where }),
  );
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1
      %4 = gt %1 500 : bool
      %5 = ifElse %4 %0 null : int32
      aggregate [%0 %5] keys 0, sum(o0), mean(o0), sum(o1)
    pipeline 1: pipeline 0 columns 0 1 2
      collect [%0 %1 %2]"
  `);
});

test('an aggregate below another need not order its groups', () => {
  const plan = aggregate(
    aggregate(read('origin', 'day'), ['origin', 'day'], []),
    ['origin'],
    named({ days: agg('n') }),
  );
  expect(lowered(plan)).toMatchInlineSnapshot(`
    "pipeline 0: scan 0 columns 0 1
      aggregate [%0 %1] keys 2, order-blind
    pipeline 1: pipeline 0 columns 0 1
      aggregate [%0] keys 1, countAll()
    pipeline 2: pipeline 1 columns 0 1
      collect [%0 %1]"
  `);
});

test('nodes are told by the pipeline they run in', () => {
  const plan = topN(
    aggregate(filter(read('delay', 'origin'), f('gt', c('delay'), 0)), ['origin'], named({ n: agg('n') })),
    [down(c('n'))],
    3,
  );
  const { nodes, output } = lower(plan, 'collect');
  expect(nodes.map((run) => run.map((node) => node.kind))).toEqual([
    ['scan', 'filter'],
    ['aggregate'],
    ['top-n'],
  ]);
  expect(output).toBe(plan.schema);
});
