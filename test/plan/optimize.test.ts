/** The optimizer's driver: which rules run, and what happens to one that breaks its promise. */
import { describe, expect, test } from 'vitest';
import { aggregate } from '../../src/plan/nodes/aggregate.js';
import { filter } from '../../src/plan/nodes/filter.js';
import { limit } from '../../src/plan/nodes/limit.js';
import { project } from '../../src/plan/nodes/project.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { sort } from '../../src/plan/nodes/sort.js';
import { optimize } from '../../src/plan/optimize.js';
import { printPlan } from '../../src/plan/print-plan.js';
import { rules } from '../../src/plan/rules/index.js';
import type { Rule } from '../../src/plan/rules/rule.js';
import { flights } from './memory-source.js';
import { agg, c, down, f, keep, named, up } from './write-expr.js';

const rows = scan(flights(), ['delay', 'origin', 'distance']);
const plan = limit(sort(filter(rows, f('gt', c('delay'), 0)), [down(c('delay'))]), 10);

describe('rules are switched off', () => {
  test('one by one', () => {
    expect(optimize(plan).kind).toBe('top-n');
    expect(optimize(plan, { off: ['sort-limit'] }).kind).toBe('limit');
  });

  test('all', () => {
    expect(optimize(plan, { off: ['all'] })).toBe(plan);
  });

  test('only by names that exist', () => {
    expect(() => optimize(plan, { off: ['sort-limits'] })).toThrow(
      /no optimizer rule "sort-limits"; rules are all, fold-constants, .*prune-columns/,
    );
  });
});

test('names are unique and each rule says what it does', () => {
  expect(new Set(rules.map((rule) => rule.name)).size).toBe(rules.length);
  for (const rule of rules) expect(rule.doc).toMatch(/^[a-z].*[^.]$/);
});

test('an optimized plan is not changed by optimizing it again', () => {
  const wide = project(sort(aggregate(plan, ['origin'], named({ n: agg('n') })), [up(c('n'))]), keep('n'));
  for (const start of [plan, wide, limit(project(wide, named({ m: f('add', c('n'), 1) })), 3)]) {
    const once = optimize(start);
    expect(printPlan(optimize(once))).toBe(printPlan(once));
  }
});

describe('a rule that changes the columns is named', () => {
  const broken = (apply: Rule['apply']): (() => unknown) => {
    return () => optimize(rows, { rules: [{ name: 'broken', doc: 'breaks', apply }] });
  };

  test('by their number or order', () => {
    expect(broken(() => scan(flights(), ['delay']))).toThrow(
      /optimizer rule broken changed the columns from .* to \{ delay: int32\? \}/,
    );
    expect(broken(() => scan(flights(), ['origin', 'delay', 'distance']))).toThrow(/broken/);
  });

  test('by their type', () => {
    const retyped = project(
      rows,
      named({ delay: f('div', c('delay'), 2), origin: c('origin'), distance: c('distance') }),
    );
    expect(broken(() => retyped)).toThrow(
      expect.objectContaining({ code: 'internal', detail: { rule: 'broken' } }),
    );
  });

  test('by nulls that may now occur, not by nulls that no longer may', () => {
    const without = project(
      rows,
      named({ delay: f('coalesce', c('delay'), 0), origin: c('origin'), distance: c('distance') }),
    );
    expect(broken(() => without)).not.toThrow();
    expect(() =>
      optimize(without, { rules: [{ name: 'broken', doc: 'breaks', apply: () => rows }] }),
    ).toThrow(/broken/);
  });

  test('by what it throws', () => {
    expect(
      broken(() => {
        throw new TypeError('oops');
      }),
    ).toThrow('optimizer rule broken: oops');
  });
});
