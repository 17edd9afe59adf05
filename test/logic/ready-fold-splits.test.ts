/** However rows are dealt out to threads, batches and accumulators, ready folds give the same, bit by bit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Table } from '../../src/data/table.js';
import { createExecutor } from '../../src/exec/executor.js';
import { folds } from '../../src/folds/ready/index.js';
import type { ReadyFold } from '../../src/folds/ready/ready-fold.js';
import { foldReady, runReady } from '../../src/folds/ready/run-ready.js';
import { scan } from '../../src/plan/nodes/scan.js';
import type { PlanNode } from '../../src/plan/node.js';
import { columnsSource } from '../../src/storage/memory/memory-source.js';

const executor = createExecutor();

/** Values whose sums cancel little, so that pairs give the correctly rounded result whatever the order. */
const real = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: 1e-3, max: 1e6, noNaN: true }) },
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 1e6) },
);
const whole = fc.oneof({ weight: 9, arbitrary: fc.integer() }, { weight: 1, arbitrary: fc.constant(null) });
const rows = fc.array(fc.record({ x: real, y: real, i: whole }), { minLength: 1, maxLength: 400 });

const several = folds.all({
  count: folds.count(),
  there: folds.count('x'),
  sums: folds.sums('x', 'i'),
  moments: folds.moments('x', 'i'),
  cross: folds.crossprod({ x: 'x', y: 'y', intercept: true }),
  covariance: folds.covariance('x', 'i'),
  histogram: folds.histogram('x', { min: 0, max: 1e6, bins: 7 }),
});

interface Numbers {
  readonly [name: string]: unknown;
}

/** Every number in a result by its path. */
function numbersIn(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (value instanceof Float64Array) return [...value].map((number, i) => [`${path}[${i}]`, number]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Numbers).flatMap(([key, part]) => numbersIn(part, `${path}.${key}`));
}

/** What cancels (variance and all that follows) may differ far below what the data can tell. */
function expectSame(got: unknown, wanted: unknown): void {
  const right = new Map(numbersIn(wanted));
  for (const [path, value] of numbersIn(got)) {
    const expected = right.get(path) ?? NaN;
    if (Object.is(value, expected)) continue;
    const exact = !/moments|covariance/.test(path);
    expect(exact, `${path} is ${value}, ${expected} in one piece`).toBe(false);
    expect(Math.abs(value - expected), path).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
  }
  expect(numbersIn(got).length).toBe(right.size);
}

function planOf(data: readonly { x: number | null; y: number | null; i: number | null }[]): PlanNode {
  const column = (name: 'x' | 'y' | 'i'): (number | null)[] => data.map((row) => row[name]);
  return scan(columnsSource({ x: [...column('x'), 1.5], y: [...column('y'), 2.5], i: [...column('i'), 3] }));
}

/** The table cut at these places, each piece folded by itself, combined in a random order. */
function inPieces<R>(fold: ReadyFold<R>, table: Table, cuts: readonly number[]): R {
  const places = [0, ...cuts.map((cut) => cut % (table.numRows + 1)), table.numRows].sort((a, b) => a - b);
  let accs = places.slice(1).map((end, i) => fold.update(fold.init(), table.slice(places[i], end)));
  for (let step = 0; accs.length > 1; step++) {
    const at = (cuts[step % cuts.length] ?? 0) % accs.length;
    const [taken] = accs.splice(at, 1);
    const [into, ...rest] = accs;
    accs = [...rest, fold.load(fold.save(fold.combine!(into!, taken!)))];
  }
  return fold.finish(accs[0]!);
}

test('cut anywhere and combined in any order', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 }), async (data, cuts) => {
      const plan = planOf(data);
      const wanted = await runReady(plan, executor, several, { threads: 1 });
      const table = await executor.collect(plan);
      expectSame(inPieces(several, table, cuts), wanted);
    }),
    { numRuns: 60 },
  );
});

test('on any number of threads, in morsels of any size, going on from any part', async () => {
  const many = Array.from({ length: 60_000 }, (_, k) => ({
    x: k % 17 === 0 ? null : Math.abs(Math.sin(k)) * 1e5 + 1,
    y: (k * 7919) % 10_007,
    i: k % 23 === 0 ? null : ((k * 104_729) % 65_537) - 30_000,
  }));
  const plan = planOf(many);
  const wanted = await runReady(plan, executor, several, { threads: 1 });
  for (const options of [{ threads: 2 }, { threads: 8, morselPages: 1 }, { threads: 2, batchRows: 100 }]) {
    expectSame(await runReady(plan, executor, several, options), wanted);
  }
  const first = await foldReady(planOf(many.slice(0, 20_001)), executor, several);
  const rest = await foldReady(planOf(many.slice(20_001)), executor, several, {}, first.acc);
  const twice = several.finish(rest.acc);
  expect(twice.count).toBe(wanted.count + 1);
  expect(twice.sums.i).toBe((wanted.sums.i ?? 0) + 3);
});
