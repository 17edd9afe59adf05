/** How plans are run: what is opened, asked, stopped and closed, in which order, whatever happens. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EngineError } from '../../src/base/engine-error.js';
import type { Progress } from '../../src/base/progress.js';
import type { OpenScan } from '../../src/data/doors.js';
import { createExecutor } from '../../src/exec/executor.js';
import type { Executor } from '../../src/exec/executor.js';
import type { PlanNode } from '../../src/plan/node.js';
import { filter } from '../../src/plan/nodes/filter.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { sort } from '../../src/plan/nodes/sort.js';
import { c, f, up } from '../plan/write-expr.js';
import { FakeEngine, fakeScan, fakeSink, fakeSource } from './fake-engine.js';
import type { FakeSettings, Log } from './fake-engine.js';

afterEach(() => {
  vi.useRealTimers();
});

function setUp(settings: FakeSettings = {}): {
  log: Log;
  engine: FakeEngine;
  executor: Executor;
  plan: PlanNode;
} {
  const log: Log = [];
  const engine = new FakeEngine(log, settings);
  return { log, engine, executor: createExecutor(engine), plan: scan(fakeSource('a', log)) };
}

const rows = (tables: readonly { toArray(): object[] }[]): object[] =>
  tables.flatMap((table) => table.toArray());

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

describe('collect', () => {
  test('gives a table and leaves nothing open', async () => {
    const { executor, plan, log } = setUp({ batches: [[1, 2, 3]] });
    const table = await executor.collect(plan);
    expect(table.toArray()).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
    expect(table.schema).toBe(plan.schema);
    expect(log).toEqual(['open a', 'start', 'collect', 'close', 'close a']);
  });

  test('can be called twice', async () => {
    const { executor, plan } = setUp({ batches: [[1]] });
    expect(rows(await Promise.all([executor.collect(plan), executor.collect(plan)]))).toEqual([
      { x: 1 },
      { x: 1 },
    ]);
  });

  test('optimizes first, unless rules are off', async () => {
    const { executor, plan, engine } = setUp({ batches: [[1]] });
    const twice = sort(sort(plan, [up(c('x'))]), [up(f('abs', c('x')))]);
    await executor.collect(twice);
    expect(engine.pipelines).toHaveLength(2);
    await executor.collect(twice, { rules: { off: ['remove-redundant'] } });
    expect(engine.pipelines).toHaveLength(3);
    await expect(executor.collect(twice, { rules: { off: ['nothing'] } })).rejects.toThrow(
      /no optimizer rule "nothing"/,
    );
  });

  test('passes the error of the engine on, and closes', async () => {
    const fail = new EngineError('data', 'row 5: overflow');
    const { executor, plan, log } = setUp({ fail });
    await expect(executor.collect(plan)).rejects.toBe(fail);
    expect(log.slice(-2)).toEqual(['close', 'close a']);
  });

  test('closes the sources when the engine does not start', async () => {
    const failStart = new EngineError('memory', 'too little');
    const { executor, plan, log } = setUp({ failStart });
    await expect(executor.collect(plan)).rejects.toBe(failStart);
    expect(log).toEqual(['open a', 'start', 'close a']);
  });
});

describe('batches', () => {
  test('come one by one, in order', async () => {
    const { executor, plan, log } = setUp({ batches: [[1, 2], [3]] });
    expect(rows(await all(executor.batches(plan)))).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
    expect(log).toEqual(['open a', 'start', 'next', 'next', 'next', 'close', 'close a']);
  });

  test('nothing is opened before the first is asked for', () => {
    const { executor, plan, log } = setUp();
    executor.batches(plan);
    expect(log).toEqual([]);
  });

  test('leaving the loop stops the engine', async () => {
    const { executor, plan, log } = setUp({ batches: [[1], [2], [3]] });
    for await (const table of executor.batches(plan)) {
      expect(table.numRows).toBe(1);
      break;
    }
    expect(log).toEqual(['open a', 'start', 'next', 'close', 'close a']);
  });

  test('so does throwing in it', async () => {
    const { executor, plan, log } = setUp({ batches: [[1], [2]] });
    const loop = async (): Promise<void> => {
      for await (const table of executor.batches(plan)) throw new Error(`row ${table.numRows}`);
    };
    await expect(loop()).rejects.toThrow('row 1');
    expect(log.slice(-2)).toEqual(['close', 'close a']);
  });
});

describe('write', () => {
  test('commits when all rows are written', async () => {
    const { executor, plan, log, engine } = setUp();
    expect(await executor.write(plan, fakeSink(log))).toMatchObject({
      rows: 3,
      bytes: 30,
      stats: { spillBytes: 0 },
    });
    expect(log).toEqual(['open a', 'create { x: int32 }', 'start', 'finish', 'commit', 'close', 'close a']);
    expect(engine.handles).toEqual(['a', 'writer']);
    expect(engine.pipelines[0]?.sink.handle).toBe(1);
  });

  test('aborts when something fails, after the engine has let go', async () => {
    const { executor, plan, log } = setUp({ fail: new EngineError('no-space', 'disk full') });
    await expect(executor.write(plan, fakeSink(log))).rejects.toThrow('disk full');
    expect(log.slice(-3)).toEqual(['close', 'close a', 'abort']);
  });

  test('aborts when the engine does not start', async () => {
    const { executor, plan, log } = setUp({ failStart: new EngineError('memory', 'too little') });
    await expect(executor.write(plan, fakeSink(log))).rejects.toThrow('too little');
    expect(log.slice(-3)).toEqual(['start', 'close a', 'abort']);
  });

  test('creates nothing when a source does not open', async () => {
    const { executor, log } = setUp();
    const broken = scan(fakeSource('b', log, () => Promise.reject(new EngineError('io', 'no such file'))));
    await expect(executor.write(broken, fakeSink(log))).rejects.toThrow('no such file');
    expect(log).toEqual(['open b']);
  });
});

describe('sources', () => {
  test('are asked for the columns and ranges that the plan needs', async () => {
    const { executor, engine, log } = setUp({ batches: [[1]] });
    let asked: unknown;
    const source = fakeSource('b', log, async (request) => {
      asked = request;
      return fakeScan('b', log, ['other', 'x']);
    });
    await executor.collect(filter(scan(source), f('gt', c('x'), 5)));
    expect(asked).toEqual({ columns: ['x'], predicates: [{ column: 'x', compare: 'gt', values: [5] }] });
    // What the source exposes beyond that does not confuse the engine.
    expect(engine.pipelines[0]?.source).toMatchObject({
      columns: [1],
      predicates: [{ column: 0, compare: 4 }],
    });
  });

  test('that lack a column are refused and closed', async () => {
    const { executor, log } = setUp();
    const source = fakeSource('b', log, async () => fakeScan('b', log, ['y']));
    await expect(executor.collect(scan(source))).rejects.toThrow(/b was opened without its column "x"/);
    expect(log).toEqual(['open b', 'close b']);
  });
});

describe('signal', () => {
  test('already aborted: nothing is begun', async () => {
    const { executor, plan, log } = setUp();
    const options = { signal: AbortSignal.abort() };
    const cancelled = expect.objectContaining({ code: 'cancelled' }) as unknown;
    await expect(executor.collect(plan, options)).rejects.toEqual(cancelled);
    await expect(all(executor.batches(plan, options))).rejects.toEqual(cancelled);
    await expect(executor.write(plan, fakeSink(log), options)).rejects.toEqual(cancelled);
    await expect(executor.explain(plan, { ...options, run: true })).rejects.toEqual(cancelled);
    expect(log).toEqual([]);
  });

  test('aborted while the engine works', async () => {
    const { executor, plan, log } = setUp({ hangAfter: 0 });
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => {
      controller.abort(reason);
    }, 5);
    await expect(executor.collect(plan, { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
      cause: reason,
    });
    expect(log).toEqual(['open a', 'start', 'collect', 'cancel', 'close', 'close a']);
  });

  test('aborted while a batch is looked at', async () => {
    const { executor, plan } = setUp({ batches: [[1], [2]] });
    const controller = new AbortController();
    const loop = async (): Promise<void> => {
      for await (const table of executor.batches(plan, { signal: controller.signal })) {
        expect(table.numRows).toBe(1);
        controller.abort();
      }
    };
    await expect(loop()).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('aborted while a source opens: not waited for, and closed when it has opened', async () => {
    const { executor, log } = setUp();
    let opened: (scan: OpenScan) => void = () => undefined;
    const slow = fakeSource('slow', log, () => new Promise((resolve) => (opened = resolve)));
    const controller = new AbortController();
    const result = executor.collect(scan(slow), { signal: controller.signal });
    controller.abort();
    await expect(result).rejects.toMatchObject({ code: 'cancelled' });
    expect(log).toEqual(['open slow']);
    opened(fakeScan('slow', log));
    await vi.waitFor(() => {
      expect(log).toEqual(['open slow', 'close slow']);
    });
  });

  test('is forgotten afterwards', async () => {
    const { executor, plan, log } = setUp({ batches: [[1]] });
    const controller = new AbortController();
    await executor.collect(plan, { signal: controller.signal });
    const before = log.length;
    controller.abort();
    expect(log).toHaveLength(before);
  });
});

describe('onProgress', () => {
  test('is called some times a second and once at the end, then no more', async () => {
    vi.useFakeTimers();
    const { executor, plan } = setUp({ batches: [[1], [2], [3]] });
    const seen: Progress[] = [];
    const batches = executor.batches(plan, { onProgress: (progress) => seen.push(progress) });
    await batches.next();
    vi.advanceTimersByTime(350);
    expect(seen).toHaveLength(3);
    expect(seen[0]).toEqual({ rows: 1, bytes: 100, fraction: 0.5, stage: 'scan a' });
    await all(batches);
    expect(seen).toHaveLength(4);
    expect(seen[3]).toMatchObject({ fraction: 1, stage: 'done' });
    vi.advanceTimersByTime(1000);
    expect(seen).toHaveLength(4);
  });

  test('says nothing of completion when the loop is left early', async () => {
    const { executor, plan } = setUp({ batches: [[1], [2]] });
    const onProgress = vi.fn();
    for await (const table of executor.batches(plan, { onProgress })) {
      expect(table.numRows).toBe(1);
      break;
    }
    expect(onProgress).not.toHaveBeenCalled();
  });

  test('what it throws fails the work', async () => {
    const { executor, plan, log } = setUp({ hangAfter: 0 });
    const oops = new TypeError('oops');
    const onProgress = (): void => {
      throw oops;
    };
    await expect(executor.collect(plan, { onProgress })).rejects.toBe(oops);
    expect(log.slice(-2)).toEqual(['close', 'close a']);
  });
});
