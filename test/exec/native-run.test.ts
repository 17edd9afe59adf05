/** Plans run for real: rows from JavaScript through the native engine and back. */
import { describe, expect, test } from 'vitest';
import { int32 } from '../../src/data/types.js';
import { createExecutor } from '../../src/exec/executor.js';
import { cast } from '../../src/expr/build.js';
import type { PlanNode } from '../../src/plan/node.js';
import { aggregate } from '../../src/plan/nodes/aggregate.js';
import { filter } from '../../src/plan/nodes/filter.js';
import { limit } from '../../src/plan/nodes/limit.js';
import { project } from '../../src/plan/nodes/project.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { sort } from '../../src/plan/nodes/sort.js';
import { topN } from '../../src/plan/nodes/top-n.js';
import { agg, c, down, f, keep, named, up } from '../plan/write-expr.js';
import { rowsSource } from './table-source.js';

const executor = createExecutor();

const flights = rowsSource([
  { origin: 'SFO', delay: 10, distance: 600 },
  { origin: 'LAX', delay: -5, distance: 400 },
  { origin: 'SFO', delay: 30, distance: 900 },
  { origin: 'JFK', delay: null, distance: 2500 },
  { origin: 'LAX', delay: 25, distance: 700 },
]);

const rows = async (plan: PlanNode): Promise<object[]> => (await executor.collect(plan)).toArray();

test('scan', async () => {
  expect(await rows(scan(flights, ['delay']))).toEqual([
    { delay: 10 },
    { delay: -5 },
    { delay: 30 },
    { delay: null },
    { delay: 25 },
  ]);
});

test('filter and project', async () => {
  const plan = project(filter(scan(flights), f('gt', c('distance'), 500)), [
    ...keep('origin'),
    { name: 'hours', expr: f('div', c('delay'), 60) },
  ]);
  expect(await rows(plan)).toEqual([
    { origin: 'SFO', hours: 10 / 60 },
    { origin: 'SFO', hours: 0.5 },
    { origin: 'JFK', hours: null },
    { origin: 'LAX', hours: 25 / 60 },
  ]);
});

test('limit', async () => {
  expect(await rows(limit(scan(flights, ['delay']), 2, 1))).toEqual([{ delay: -5 }, { delay: 30 }]);
});

test('a limit in the middle', async () => {
  const plan = filter(limit(scan(flights, ['delay']), 3), f('gt', c('delay'), 0));
  expect(await rows(plan)).toEqual([{ delay: 10 }, { delay: 30 }]);
});

test('sort and top-n', async () => {
  expect(await rows(sort(scan(flights, ['delay']), [down(c('delay'))]))).toEqual([
    { delay: 30 },
    { delay: 25 },
    { delay: 10 },
    { delay: -5 },
    { delay: null },
  ]);
  expect(await rows(topN(scan(flights, ['origin', 'delay']), [up(f('abs', c('delay')))], 2))).toEqual([
    { origin: 'LAX', delay: -5 },
    { origin: 'SFO', delay: 10 },
  ]);
});

test('aggregate', async () => {
  const plan = aggregate(
    filter(scan(flights), f('gt', c('distance'), 500)),
    ['origin'],
    named({ n: agg('n'), delay: agg('mean', c('delay')) }),
  );
  expect(await rows(sort(plan, [up(c('origin'))]))).toEqual([
    { origin: 'JFK', n: 1, delay: null },
    { origin: 'LAX', n: 1, delay: 25 },
    { origin: 'SFO', n: 2, delay: 20 },
  ]);
});

describe('batches', () => {
  test('in order, and nothing stays open', async () => {
    const source = rowsSource(Array.from({ length: 50_000 }, (_, i) => ({ i })));
    const seen: number[] = [];
    for await (const table of executor.batches(scan(source), { batchRows: 10_000 })) {
      expect(table.numRows).toBeLessThanOrEqual(10_000);
      for (const value of table.column('i').values as Float64Array) seen.push(value);
    }
    expect(seen).toHaveLength(50_000);
    expect(seen.every((value, i) => value === i)).toBe(true);
    expect(source.opened()).toBe(0);
  });

  test('left early', async () => {
    const source = rowsSource(Array.from({ length: 200_000 }, (_, i) => ({ i })));
    for await (const table of executor.batches(scan(source), { batchRows: 1000 })) {
      expect(table.numRows).toBeGreaterThan(0);
      break;
    }
    expect(source.opened()).toBe(0);
  });

  test('inside the loop of another, on one thread', async () => {
    const source = rowsSource(Array.from({ length: 40_000 }, (_, i) => ({ i })));
    const options = { threads: 1, batchRows: 10_000 };
    let total = 0;
    for await (const outer of executor.batches(scan(source), options)) {
      const inner = await executor.collect(limit(scan(source), 7), options);
      total += outer.numRows * inner.numRows;
    }
    expect(total).toBe(280_000);
  });
});

test('a signal stops the engine at once', async () => {
  const source = rowsSource(Array.from({ length: 300_000 }, (_, i) => ({ i })));
  const controller = new AbortController();
  const started = performance.now();
  setTimeout(() => {
    controller.abort();
  }, 5);
  const plan = sort(
    project(scan(source), named({ x: f('mul', f('mod', f('mul', c('i'), 7919), 10007), -1) })),
    [up(c('x'))],
  );
  await expect(executor.collect(plan, { signal: controller.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(performance.now() - started).toBeLessThan(1000);
  expect(source.opened()).toBe(0);
});

test('a signal that comes while a query ends does no harm', async () => {
  for (let i = 0; i < 200; i++) {
    const controller = new AbortController();
    const result = executor.collect(scan(flights), { signal: controller.signal, threads: 1 + (i % 2) });
    setTimeout(() => {
      controller.abort();
    }, i % 3);
    const rowsOrError: unknown = await result.then(
      (table) => table.numRows,
      (error: unknown) => error,
    );
    expect([5, expect.objectContaining({ code: 'cancelled' })]).toContainEqual(rowsOrError);
  }
});

test('a branch guards what can fail', async () => {
  const source = rowsSource([{ s: '7' }, { s: 'x' }, { s: null }, { s: '12' }]);
  const parsed = cast(c('s'), int32);
  const isNumber = f('and', f('ge', c('s'), '0'), f('lt', c('s'), ':'));
  const plan = project(scan(source), named({ n: f('ifElse', isNumber, parsed, -1) }));
  expect(await rows(plan)).toEqual([{ n: 7 }, { n: -1 }, { n: -1 }, { n: 12 }]);
  await expect(executor.collect(project(scan(source), named({ n: parsed })))).rejects.toMatchObject({
    code: 'data',
  });
});

test('explain with measurements', async () => {
  const text = await executor.explain(
    sort(filter(scan(flights), f('gt', c('distance'), 500)), [up(c('delay'))]),
    { run: true },
  );
  expect(text).toMatch(/1 {2}scan rows → filter → sort +5 → 4 rows/);
  expect(text).toMatch(/4 rows in .*, 5 rows scanned, .* nothing spilled, peak memory/);
});
