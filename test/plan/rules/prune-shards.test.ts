/** The rule prune-shards: what a source implies goes into its scan once, and columns stay as they were. */
import { describe, expect, it } from 'vitest';
import type { ImpliedPredicate, ScanPredicate, Source } from '../../../src/data/doors.js';
import { Schema } from '../../../src/data/schema.js';
import { int32, uint32, utf8 } from '../../../src/data/types.js';
import { call, column, literal } from '../../../src/expr/build.js';
import { filter } from '../../../src/plan/nodes/filter.js';
import { project } from '../../../src/plan/nodes/project.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import { optimize } from '../../../src/plan/optimize.js';
import { printPlan } from '../../../src/plan/print-plan.js';

const schema = new Schema([
  { name: 'g', type: utf8, nullable: true },
  { name: 'v', type: int32, nullable: false },
  { name: '$shard', type: uint32, nullable: false },
]);

/** A source that knows of shard 7 where `g` is compared with "a". */
function sourceWith(implied: (predicates: readonly ScanPredicate[]) => ImpliedPredicate | undefined): Source {
  return {
    label: 'rows',
    schema,
    rows: undefined,
    bytes: undefined,
    implied,
    open: () => Promise.reject(new Error('nothing is read here')),
  };
}

const seven: ImpliedPredicate = {
  predicate: { column: '$shard', compare: 'eq', values: [7] },
  note: '1 of 9 shards',
};
const onKey = sourceWith((predicates) =>
  predicates.some(({ column: name }) => name === 'g') ? seven : undefined,
);
const union = (source: Source) =>
  project(
    scan(source),
    ['g', 'v'].map((name) => ({ name, expr: column(name) })),
  );
const isA = call('eq', [column('g'), literal('a')]);

describe('prune-shards', () => {
  it('adds the condition to the scan and says how many shards are left', () => {
    const changes: string[] = [];
    const plan = optimize(filter(union(onKey), isA), { onChange: (rule) => changes.push(rule) });
    expect(printPlan(plan)).toContain(`1 of 9 shards skipping unless g = 'a'`);
    expect(plan.schema.names).toEqual(['g', 'v']);
    expect(changes.filter((rule) => rule === 'prune-shards')).toHaveLength(1);
  });

  it('reads the number along where nobody asked for it, and leaves it out again', () => {
    const narrow = project(filter(union(onKey), isA), [{ name: 'v', expr: column('v') }]);
    const plan = optimize(narrow);
    expect(plan.schema.names).toEqual(['v']);
    expect(printPlan(plan)).toContain('scan rows [all 3 columns] 1 of 9 shards');
  });

  it('does nothing without a condition that implies one, and can be left out', () => {
    const other = call('gt', [column('v'), literal(1)]);
    expect(printPlan(optimize(filter(union(onKey), other)))).not.toContain('shards');
    const kept = printPlan(optimize(filter(union(onKey), isA), { off: ['prune-shards'] }));
    expect(kept).toContain(`skipping unless g = 'a'`);
    expect(kept).not.toContain('of 9 shards');
    const changes: string[] = [];
    optimize(filter(union(onKey), isA), { off: ['prune-shards'], onChange: (rule) => changes.push(rule) });
    expect(changes).not.toContain('prune-shards');
  });
});
