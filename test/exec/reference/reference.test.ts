/** Random plans: lowered, and optimized with each rule left out, they give the rows that their definition says. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import type { Evaluator } from '../../../src/data/doors.js';
import { describe as encode } from '../../../src/exec/describe.js';
import { lower } from '../../../src/exec/lower/index.js';
import type { PlanNode } from '../../../src/plan/node.js';
import { optimize } from '../../../src/plan/optimize.js';
import { rules } from '../../../src/plan/rules/index.js';
import { bool, float64, int32 } from '../../../src/data/types.js';
import { decodeDescription } from '../decode-description.js';
import type { Value } from './operations.js';
import { operations } from './operations.js';
import { randomPlan, randomRows, table } from './random-plan.js';
import type { Row } from './row-steps.js';
import { runPipelines } from './run-pipelines.js';
import { runPlan } from './run-plan.js';

const evaluator: Evaluator = {
  evaluate(op, args, _, resultTypeId) {
    const result = [bool, int32, float64].find(
      ({ kind }) => ({ bool: 0, int32: 3, float64: 10 })[kind as 'bool'] === resultTypeId,
    );
    const operation = operations.get(op);
    if (operation === undefined || result === undefined)
      throw new EngineError('internal', `no constant ${op}`);
    return operation(
      args.map(({ value }) => value as Value),
      result,
    );
  },
};

/** The rows by definition; undefined if one of them raises an error, which a cheaper plan may avoid. */
function definedRows(plan: PlanNode, rows: readonly Row[]): readonly Row[] | undefined {
  try {
    return runPlan(plan, new Map([[table.label, rows]]));
  } catch (error) {
    if (error instanceof EngineError && error.code === 'data') return undefined;
    throw error;
  }
}

function check(change: (plan: PlanNode) => PlanNode): void {
  fc.assert(
    fc.property(randomPlan, randomRows, (plan, rows) => {
      const expected = definedRows(plan, rows);
      fc.pre(expected !== undefined);
      const lowered = lower(change(plan), 'collect');
      expect(decodeDescription(encode(lowered.description))).toHaveLength(
        lowered.description.pipelines.length,
      );
      expect(runPipelines(lowered, new Map([[table.label, rows]]))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
}

test('as written', () => {
  check((plan) => plan);
});

test('optimized', () => {
  check((plan) => optimize(plan, { evaluator }));
});

describe('optimized by one rule alone', () => {
  test.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    check((plan) => optimize(plan, { rules: [rule], evaluator }));
  });
});

describe('optimized without', () => {
  test.each(rules.map((rule) => rule.name))('%s', (name) => {
    check((plan) => optimize(plan, { off: [name], evaluator }));
  });
});
