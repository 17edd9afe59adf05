/** The cost grade of a whole query: its tier, how often the data is read, how much, and what has to be held. */
import { formatBytes } from '../base/byte-size.js';
import type { Grade } from './grade.js';
import type { PlanNode } from './node.js';
import { definitionOf } from './nodes/index.js';
import { nodesOf } from './walk.js';

export interface QueryGrade {
  /**
   * `streaming scan`: one pass in constant memory, or as the source calls that (`replay cache`, `shards`); `monoid fold`:
   * one pass, a bounded state; `sort or partition`: may go through the disk.
   */
  readonly tier: string;
  /** How I/O grows with the rows. */
  readonly growth: 'O(n)' | 'O(n log n)';
  /** How often source data is read. */
  readonly passes: number;
  /** Bytes read at most; undefined when a source does not know its size. */
  readonly readBytes: number | undefined;
  /** Files and shards made by an offload that it reads: `replay cache offload.vtr, 6,000 rows, 98 KB per pass`. */
  readonly prepared: readonly string[];
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
  const sources = nodes.flatMap((node) => (node.kind === 'scan' ? [node.source.grade] : []));
  const scanned = new Set(sources.map((grade) => grade?.tier ?? 'streaming scan'));
  const breaks = grades.some((grade) => grade.flow === 'breaker');
  const bounded = grades.some((grade) => grade.flow === 'bounded');
  const scan = scanned.size === 1 ? [...scanned][0]! : 'streaming scan';
  return Object.freeze({
    tier: breaks ? 'sort or partition' : bounded ? 'monoid fold' : scan,
    growth: breaks ? 'O(n log n)' : 'O(n)',
    passes: reads.length,
    readBytes: reads.reduce(
      (sum, bytes) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
      0,
    ),
    prepared: [
      ...new Set(sources.flatMap((grade) => (grade === undefined ? [] : [`${grade.tier} ${grade.detail}`]))),
    ],
    holds: grades.filter((grade) => grade.flow !== 'stream').map((grade) => grade.memory),
    maySpill: breaks,
  });
}

/**
 * `sort or partition: O(n log n), one pass, reads at most 60.2 MB; memory ∝ groups, then 10 rows; beyond the memory limit
 * it spills to disk`.
 */
export function printQueryGrade(grade: QueryGrade): string {
  const parts = [
    `${grade.tier}: ${grade.growth}, ${printReads(grade)}`,
    printMemory(grade),
    ...(grade.maySpill ? ['beyond the memory limit it spills to disk'] : []),
    ...(grade.prepared.length === 0 ? [] : [`from ${grade.prepared.join(' and ')}`]),
  ];
  return parts.join('; ');
}

/** `one pass, reads at most 60.2 MB`. */
export function printReads({ passes, readBytes }: QueryGrade): string {
  const times = passes === 1 ? 'one pass' : `${passes} passes`;
  return readBytes === undefined ? times : `${times}, reads at most ${formatBytes(readBytes)}`;
}

/** `constant memory`; `memory ∝ groups, then 10 rows`. */
export function printMemory({ holds }: QueryGrade): string {
  return holds.length === 0 ? 'constant memory' : `memory ∝ ${holds.join(', then ')}`;
}
