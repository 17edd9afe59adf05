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
import { inFile, inMemory, settings } from './sketch-rows.js';

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
