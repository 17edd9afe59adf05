/** Sketches and kept rows say the same, byte by byte, under every setting and from every source of the same rows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExecutor } from '../../../src/exec/executor.js';
import { col } from '../../../src/expr/builders.js';
import { ExpressionObject } from '../../../src/expr/expression.js';
import { folds } from '../../../src/folds/ready/index.js';
import { foldReady } from '../../../src/folds/ready/run-ready.js';
import type { PlanNode } from '../../../src/plan/node.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { sort } from '../../../src/plan/nodes/sort.js';
import { withRows } from '../../../src/plan/with-rows.js';
import { inFile, inMemory, rowCount, settings } from './sketch-rows.js';

const executor = createExecutor();
const folder = mkdtempSync(join(tmpdir(), 'spillway-sketches-'));
const memory = inMemory();
let file: PlanNode;

beforeAll(async () => {
  file = await inFile(executor, folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const all = folds.all({
  x: folds.quantileSketch('x', { k: 50 }),
  day: folds.quantileSketch('day', { k: 2000 }),
  few: folds.distinctSketch('n', 'flag', { precision: 10 }),
  names: folds.distinctSketch('name'),
  top: folds.topK('x', 500, { columns: ['name', 'day', 'flag'] }),
  least: folds.topK('name', 70, { columns: ['row'], order: 'asc' }),
  sample: folds.reservoir(300, { columns: ['row', 'name', 'x'], seed: 5 }),
});

function where(plan: PlanNode, condition: unknown): PlanNode {
  if (!(condition instanceof ExpressionObject)) throw new Error('a condition is an expression');
  return filter(plan, condition.expr);
}

const plans: readonly (readonly [string, (rows: PlanNode) => PlanNode])[] = [
  ['all rows', (rows) => rows],
  ['a few rows of every block', (rows) => where(rows, col('n').lt(40))],
  ['long stretches', (rows) => where(rows, col('row').between(30_000, 90_000).or(col('row').gt(149_000)))],
  ['no row', (rows) => where(rows, col('row').lt(0))],
  [
    'sorted',
    (rows) => sort(where(rows, col('flag')), [{ expr: { kind: 'column', name: 'name' }, descending: true }]),
  ],
];

test.each(plans)('the same under every setting: %s', async (_, of) => {
  const { acc: expected } = await foldReady(of(memory), executor, all);
  for (const options of settings) {
    for (const rows of [file, memory]) {
      const { acc } = await foldReady(of(rows), executor, all, options);
      expect(Buffer.compare(acc, expected), JSON.stringify(options)).toBe(0);
    }
  }
  expect(all.combine!(expected, all.init())).toEqual(expected);
});

function said(acc: Uint8Array): unknown {
  const { x, day, few, names, top, least, sample } = all.finish(acc);
  const shares = Array.from({ length: 101 }, (_, i) => i / 100);
  const tables = [top, least, sample].map((table) => table.toArray());
  return {
    x: [String(x), x.quantiles(shares)],
    day: [String(day), day.quantiles(shares)],
    few,
    names,
    tables,
  };
}

test.each(plans.slice(0, 3))('ranges of rows add up to the whole: %s', async (_, of) => {
  const { acc: whole } = await foldReady(of(memory), executor, all);
  const expected = said(whole);
  const cuts = [0, 3000, 4096, 69_999, 70_050, 131_072, rowCount];
  for (const rows of [file, memory]) {
    let onwards = all.init();
    const apart: Uint8Array[] = [];
    for (const [i, first] of cuts.slice(0, -1).entries()) {
      const some = withRows(of(rows), { first, end: cuts[i + 1]! });
      onwards = (await foldReady(some, executor, all, { threads: 2 }, onwards)).acc;
      apart.push((await foldReady(some, executor, all)).acc);
    }
    expect(said(onwards)).toEqual(expected);
    const [a, b, c, d, e, f] = apart;
    const join = (left: Uint8Array, right: Uint8Array): Uint8Array => all.combine!(left, right);
    expect(said(join(join(a!, b!), join(join(c!, d!), join(e!, f!))))).toEqual(expected);
    // As they finish.
    expect(said(join(join(join(f!, b!), join(d!, a!)), join(e!, c!)))).toEqual(expected);
  }
});
