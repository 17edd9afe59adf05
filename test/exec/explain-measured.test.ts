/** What explain says of a run, from the engine's statistics. */
import { expect, test } from 'vitest';
import { createExecutor } from '../../src/exec/executor.js';
import { filter } from '../../src/plan/nodes/filter.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { sort } from '../../src/plan/nodes/sort.js';
import { c, f, up } from '../plan/write-expr.js';
import { FakeEngine, fakeSource } from './fake-engine.js';
import type { FakeSettings, Log } from './fake-engine.js';

test('does not run anything unless asked to', async () => {
  const log: Log = [];
  const executor = createExecutor(new FakeEngine(log));
  const plan = scan(fakeSource('a', log));
  expect(await executor.explain(plan)).toMatchInlineSnapshot(`
    "plan, nothing to optimize
      scan a [x]   one pass

    cost
      streaming scan: O(n), one pass; constant memory"
  `);
  expect(log).toEqual([]);
});

test('run: measured beside the plan', async () => {
  const idle = {
    rowsIn: 0,
    rowsOut: 0,
    morsels: 1,
    tasks: 1,
    nanos: 0,
    busyNanos: 0,
    bytesRead: 0,
    spillBytes: 0,
  };
  const settings: FakeSettings = {
    batches: [[1], [2]],
    statistics: {
      rowsScanned: 3_000_000,
      bytesRead: 24_000_000,
      groupsPruned: 2,
      pagesPruned: 17,
      peakMemory: 67_108_864,
      spillBytes: 50_000_000,
      perPipeline: [
        {
          ...idle,
          rowsIn: 3_000_000,
          rowsOut: 1_200_000,
          nanos: 31_500_000,
          busyNanos: 60_000_000,
          bytesRead: 24_000_000,
          spillBytes: 50_000_000,
        },
        {
          ...idle,
          rowsIn: 1_200_000,
          rowsOut: 2,
          nanos: 1_230_000_000,
          busyNanos: 2e9,
          bytesRead: 0,
          spillBytes: 0,
        },
      ],
    },
  };
  const executor = createExecutor(new FakeEngine([], settings));
  const plan = scan(fakeSource('a', []));
  const text = await executor.explain(sort(filter(plan, f('gt', c('x'), 5)), [up(c('x'))]), { run: true });
  expect(text.replace(/in [\d.]+ m?s,/, 'in T,')).toMatchInlineSnapshot(`
    "plan as written
      sort by x
      └─ filter x > 5
         └─ scan a [x]

    plan after push-filter
      sort by x                                external sort, O(n log n); memory ∝ rows, spills sorted runs
      └─ filter x > 5                          row by row
         └─ scan a [x] skipping unless x > 5   one pass

    cost
      sort or partition: O(n log n), one pass; memory ∝ rows; beyond the memory limit it spills to disk

    measured
      1  scan a → filter → sort  3,000,000 → 1,200,000 rows  31.5 ms  22.9 MB read  47.7 MB spilled
      2  sort → result           1,200,000 → 2 rows          1.23 s
      2 rows in T, 3,000,000 rows scanned, 22.9 MB read, 2 row groups and 17 pages skipped, 47.7 MB spilled, peak memory 64 MB"
  `);
});
