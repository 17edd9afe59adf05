/** Runs the rules over a plan until none changes it, checking after each that the result's columns stayed the same. */
import { EngineError, asEngineError } from '../base/engine-error.js';
import type { Evaluator } from '../data/doors.js';
import type { Schema } from '../data/schema.js';
import { sameType } from '../data/types.js';
import type { PlanNode } from './node.js';
import { rules } from './rules/index.js';
import type { Rule } from './rules/rule.js';

export interface OptimizeOptions {
  /** Folds constants with the kernels that run the query; without it they are left to the run. */
  readonly evaluator?: Evaluator | undefined;
  /** Names of rules to leave out; `['all']` leaves out every one. */
  readonly off?: readonly string[] | undefined;
  /** Told of each rule that changed the plan, in order. */
  readonly onChange?: ((rule: string, plan: PlanNode) => void) | undefined;
  /** The rules to run, for tests of the driver. */
  readonly rules?: readonly Rule[] | undefined;
}

/** One rule's work often opens the way for an earlier one; this many rounds settle all but absurd plans. */
const ROUNDS = 6;

/**
 * The same rows in the same order by a cheaper plan.
 *
 * @throws EngineError `argument` for a rule name that does not exist; `internal` naming a rule that changed the columns
 */
export function optimize(plan: PlanNode, options: OptimizeOptions = {}): PlanNode {
  const active = activeRules(options.rules ?? rules, options.off ?? []);
  let current = plan;
  for (let round = 0; round < ROUNDS; round++) {
    const before = current;
    for (const rule of active) {
      const next = applyRule(rule, current, options.evaluator);
      if (next === current) continue;
      checkSchema(rule, current.schema, next.schema);
      options.onChange?.(rule.name, next);
      current = next;
    }
    if (current === before) break;
  }
  return current;
}

function applyRule(rule: Rule, plan: PlanNode, evaluator: Evaluator | undefined): PlanNode {
  try {
    return rule.apply(plan, { evaluator });
  } catch (error) {
    throw asEngineError(error, `optimizer rule ${rule.name}`);
  }
}

function activeRules(all: readonly Rule[], off: readonly string[]): readonly Rule[] {
  const names = all.map((rule) => rule.name);
  for (const name of off) {
    if (name !== 'all' && !names.includes(name)) {
      throw new EngineError(
        'argument',
        `no optimizer rule ${JSON.stringify(name)}; rules are all, ${names.join(', ')}`,
        {
          detail: { rule: name, rules: names },
        },
      );
    }
  }
  return off.includes('all') ? [] : all.filter((rule) => !off.includes(rule.name));
}

/** Names, order and types must stay; a column may lose its nullability, as a folded constant does, but not gain it. */
function checkSchema(rule: Rule, before: Schema, after: Schema): void {
  const same =
    before.length === after.length &&
    before.fields.every((field, i) => {
      const other = after.fields[i]!;
      return (
        field.name === other.name && sameType(field.type, other.type) && (field.nullable || !other.nullable)
      );
    });
  if (same) return;
  throw new EngineError(
    'internal',
    `optimizer rule ${rule.name} changed the columns from ${before.toString()} to ${after.toString()}; ` +
      `please report it, and leave the rule out meanwhile`,
    { detail: { rule: rule.name } },
  );
}
