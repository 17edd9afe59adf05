/** Random plans through the native engine, under random settings, against what they say by definition. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { createExecutor } from '../../../src/exec/executor.js';
import type { RunOptions } from '../../../src/exec/run-options.js';
import type { PlanNode } from '../../../src/plan/node.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { rules } from '../../../src/plan/rules/index.js';
import { rewritePlanUp } from '../../../src/plan/walk.js';
import { rowsSource } from '../table-source.js';
import type { Value } from './operations.js';
import { randomPlan, randomRows, table } from './random-plan.js';
import type { Row } from './row-steps.js';
import { runPlan } from './run-plan.js';

const executor = createExecutor();

const settings: fc.Arbitrary<RunOptions> = fc.record({
  threads: fc.constantFrom(1, 2),
  forceSpill: fc.boolean(),
  equalHashes: fc.boolean(),
  batchRows: fc.constantFrom(1, 3, 1000),
  rules: fc.subarray(['all', ...rules.map((rule) => rule.name)], { maxLength: 3 }).map((off) => ({ off })),
});

/** The plan with the real rows in place of the table. */
function over(plan: PlanNode, rows: readonly Row[]): PlanNode {
  const { schema } = table;
  const objects = rows.map((row) => Object.fromEntries(schema.names.map((name, i) => [name, row[i]])));
  const source = rowsSource(objects, schema);
  return rewritePlanUp(plan, (node) => (node.kind === 'scan' ? scan(source, node.columns) : node));
}

async function nativeRows(plan: PlanNode, options: RunOptions, streamed: boolean): Promise<Row[]> {
  const tables = [];
  if (streamed) for await (const batch of executor.batches(plan, options)) tables.push(batch);
  else tables.push(await executor.collect(plan, options));
  return tables.flatMap((each) =>
    each.toArray().map((row) => plan.schema.names.map((name) => row[name] as Value)),
  );
}

test('the same rows under every setting', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomPlan,
      randomRows,
      settings,
      fc.boolean(),
      async (plan, rows, options, streamed) => {
        let expected: readonly Row[] | undefined;
        try {
          expected = runPlan(plan, new Map([[table.label, rows]]));
        } catch (error) {
          if (!(error instanceof EngineError && error.code === 'data')) throw error;
        }
        fc.pre(expected !== undefined);
        expect(await nativeRows(over(plan, rows), options, streamed)).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});
