/** Ranges of a source's rows, one after the other, give the rows of the whole: any split, any source that can be cut. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';

import type { Source } from '../../src/data/doors.js';
import { createExecutor } from '../../src/exec/executor.js';
import type { RunOptions } from '../../src/exec/run-options.js';
import type { PlanNode } from '../../src/plan/node.js';
import { rowsOfScan } from '../../src/plan/nodes/scan.js';
import { rangeableScan, withRows } from '../../src/plan/with-rows.js';
import { rules } from '../../src/plan/rules/index.js';
import { tbl } from '../../src/query/default-engine.js';
import { planOf } from '../../src/query/query-object.js';
import { kindOf } from './expression.js';
import type { AnyQuery, Step } from './plan.js';
import { plan } from './plan.js';
import type { Relation } from './relation.js';
import { recordOf, relation, schemaOf } from './relation.js';

const executor = createExecutor();
const file = path.join(tmpdir(), `spillway-ranges-${process.pid}.vtr`);
afterAll(() => {
  rmSync(file, { force: true });
});

const forms = ['vtr', 'columns', 'table', 'rows'] as const;

/** The relation as a source of each kind. */
async function sourceOf(form: (typeof forms)[number], input: Relation): Promise<unknown> {
  const query = tbl(recordOf(input), { schema: schemaOf(input) });
  if (form === 'columns') return query;
  if (form === 'table') return tbl(await query.collect({ int64: 'bigint' }));
  if (form === 'rows') return tbl(await query.rows({ int64: 'bigint' }), { schema: schemaOf(input) });
  await query.writeVtr(file);
  return tbl(file);
}

const isRowWise = ({ text }: Step): boolean => /^(?:filter|mutate|select) /.test(text);

async function rowsOf(node: PlanNode, options: RunOptions): Promise<string[]> {
  const table = await executor.collect(node, { ...options, int64: 'bigint', dates: 'bigint' });
  return table
    .toArray()
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) =>
        typeof value === 'bigint'
          ? `${value}n`
          : Object.is(value, -0)
            ? '-0'
            : String(value) === 'NaN'
              ? 'NaN'
              : value,
      ),
    );
}

/** The parts between the cuts, which may repeat and lie beyond the end. */
function parts(node: PlanNode, cuts: readonly number[], rows: number): PlanNode[] {
  const edges = [0, ...cuts.map((cut) => Math.floor(cut * (rows + 2))), rows].sort((a, b) => a - b);
  return edges.slice(1).map((end, i) => withRows(node, { first: edges[i]!, end }));
}

const cases = relation.chain((input) =>
  fc.record({
    input: fc.constant(input),
    steps: plan(input.columns.map(({ name, type }) => ({ name, kind: kindOf[type] }))),
    form: fc.constantFrom(...forms),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    options: fc.record({
      threads: fc.constantFrom(1, 2),
      morselPages: fc.constantFrom(1, 8),
      rules: fc.subarray(['all', ...rules.map(({ name }) => name)], { maxLength: 2 }).map((off) => ({ off })),
    }),
  }),
);

test('any split into ranges concatenates to the whole', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ input, steps, form, cuts, options }) => {
      let query = (await sourceOf(form, input)) as AnyQuery;
      for (const step of steps) {
        if (!isRowWise(step)) break;
        query = step.apply(query);
      }
      const whole = planOf(query);
      const rows = input.rows * input.copies;
      expect(rowsOfScan(rangeableScan(whole)!)).toEqual({ first: 0, end: rows });
      const found: string[] = [];
      for (const part of parts(whole, cuts, rows)) found.push(...(await rowsOf(part, options)));
      expect(found).toEqual(await rowsOf(whole, options));
    }),
    { numRuns: 80 },
  );
});

test('ranges of a Parquet file begin and end inside its row groups', async () => {
  const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
  const whole = planOf(tbl(flights).select('delay'));
  const rows = rangeableScan(whole)!.source.rows!;
  const delays = async (node: PlanNode): Promise<readonly unknown[]> => [
    ...(await executor.collect(node)).column('delay').values,
  ];
  const expected = await delays(whole);
  const edges = [0, 1, 1_000_000, 1_122_880, 1_500_001, 2_999_999, rows];
  for (const [i, end] of edges.slice(1).entries()) {
    const found = await delays(withRows(whole, { first: edges[i]!, end }));
    expect(found.length).toBe(end - edges[i]!);
    expect(found.every((delay, row) => delay === expected[edges[i]! + row])).toBe(true);
  }
});

test('a range of a range is what both have', async () => {
  const whole = planOf(tbl({ a: Int32Array.from({ length: 10 }, (_, i) => i) }));
  const some = withRows(whole, { first: 2, end: 7 });
  expect(await rowsOf(withRows(some, { first: 5, end: 20 }), {})).toEqual(['{"a":5}', '{"a":6}']);
  expect(await rowsOf(withRows(some, { first: 8, end: 20 }), {})).toEqual([]);
  expect(await rowsOf(withRows(some, { first: 0, end: 1 }), {})).toEqual([]);
});

test('plans whose rows need others, and sources that are read whole, have no ranges', () => {
  const query = tbl({ a: [1, 2, 3] });
  expect(rangeableScan(planOf(query.filter((r) => r.a.gt(1)).select('a')))).toBeDefined();
  for (const other of [query.head(2), query.arrange('a'), query.distinct('a'), query.sliceHead(1)]) {
    expect(rangeableScan(planOf(other))).toBeUndefined();
  }
  const read = rangeableScan(planOf(query))!.source;
  const { label, schema } = read;
  const whole: Source = { label, schema, rows: 3, bytes: 24, open: (request) => read.open(request) };
  expect(rangeableScan(planOf(tbl(whole)))).toBeUndefined();
  expect(rangeableScan(planOf(tbl({ ...read, rows: undefined })))).toBeUndefined();
});
