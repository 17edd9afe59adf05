/** The cost grade of a whole query: its tier, how often the data is read, how much, and what has to be held. */
import { formatBytes } from '../base/byte-size.js';
import type { Grade } from './grade.js';
import type { PlanNode } from './node.js';
import { definitionOf } from './nodes/index.js';
import { nodesOf } from './walk.js';

export interface QueryGrade {
  /** `stream`: one pass in constant memory; `fold`: one pass, a bounded state; `sort or partition`: may go through the disk. */
  readonly tier: 'stream' | 'fold' | 'sort or partition';
  /** How often source data is read. */
  readonly passes: number;
  /** Bytes read at most; undefined when a source does not know its size. */
  readonly readBytes: number | undefined;
  /** What is held at the same time or one after another, from the source up. */
  readonly holds: readonly string[];
  readonly maySpill: boolean;
}

export function gradeOf(node: PlanNode): Grade {
  return definitionOf(node).grade(node);
}

export function gradeQuery(plan: PlanNode): QueryGrade {
  const nodes = [...nodesOf(plan)];
  const grades = nodes.map(gradeOf);
  const reads = nodes.flatMap((node, i) => (node.inputs.length === 0 ? [grades[i]!.readBytes] : []));
  const breaks = grades.some((grade) => grade.flow === 'breaker');
  const bounded = grades.some((grade) => grade.flow === 'bounded');
  return Object.freeze({
    tier: breaks ? 'sort or partition' : bounded ? 'fold' : 'stream',
    passes: reads.length,
    readBytes: reads.reduce(
      (sum, bytes) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
      0,
    ),
    holds: grades.filter((grade) => grade.flow !== 'stream').map((grade) => grade.memory),
    maySpill: breaks,
  });
}

/** `sort or partition: one pass, reads at most 60.2 MB; memory ∝ groups, 10 rows; beyond the limit it spills`. */
export function printQueryGrade(grade: QueryGrade): string {
  const passes = grade.passes === 1 ? 'one pass' : `${grade.passes} passes`;
  const read = grade.readBytes === undefined ? '' : `, reads at most ${formatBytes(grade.readBytes)}`;
  const memory = grade.holds.length === 0 ? 'constant memory' : `memory ∝ ${grade.holds.join(', then ')}`;
  return `${grade.tier}: ${passes}${read}; ${memory}${grade.maySpill ? '; beyond the memory limit it spills to disk' : ''}`;
}
