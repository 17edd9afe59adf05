/** `explain({ run: true })`: runs a query, throws its rows away, and says beside each pipeline what it did. */
import { formatBytes } from '../base/byte-size.js';
import { section } from '../plan/explain.js';
import { definitionOf } from '../plan/nodes/index.js';
import type { PlanNode } from '../plan/node.js';
import { lower } from './lower/index.js';
import type { PipelineStatistics, QueryStatistics } from '../native/addon.js';
import type { NativeEngine } from './native-engine.js';
import type { RunOptions } from './run-options.js';
import { RunningQuery } from './running-query.js';

/** The text of what was estimated and what was measured: rows, time, bytes, spill, memory. */
export async function explainMeasured(
  engine: NativeEngine,
  plan: PlanNode,
  estimated: string,
  options: RunOptions,
): Promise<string> {
  const lowered = lower(plan, 'batches');
  const started = performance.now();
  const query = await RunningQuery.start(engine, lowered, options);
  let rows = 0;
  let finished = false;
  try {
    for (;;) {
      const batch = await query.wait((native) => native.next());
      if (batch === null) break;
      rows += batch.rows;
    }
    finished = true;
    const seconds = (performance.now() - started) / 1000;
    const statistics = query.native.stats();
    const measured = printMeasured(statistics, lowered.nodes, rows, seconds);
    return `${estimated}\n\n${section('measured', measured)}`;
  } finally {
    await query.close(finished);
  }
}

/** A line for each pipeline, in the order they ran, and the totals. */
export function printMeasured(
  statistics: QueryStatistics,
  nodes: readonly (readonly PlanNode[])[],
  rows: number,
  seconds: number,
): string {
  const runs = nodes.map((steps, i) => ({ steps, facts: statistics.perPipeline[i] }));
  const table = runs.map(({ steps, facts }, i) => [
    `${i + 1}`,
    steps.map(stepName).join(' → ') +
      (nodes[i + 1] === undefined ? ' → result' : ` → ${nodes[i + 1]![0]!.kind}`),
    ...(facts === undefined ? [] : measuredCells(facts)),
  ]);
  const skipped = [
    ...(statistics.groupsPruned > 0 ? [plural(statistics.groupsPruned, 'row group')] : []),
    ...(statistics.pagesPruned > 0 ? [plural(statistics.pagesPruned, 'page')] : []),
  ];
  const total = [
    `${plural(rows, 'row')} in ${printSeconds(seconds)}`,
    `${count(statistics.rowsScanned)} rows scanned`,
    `${formatBytes(statistics.bytesRead)} read`,
    skipped.length === 0 ? 'nothing skipped' : `${skipped.join(' and ')} skipped`,
    statistics.spillBytes === 0 ? 'nothing spilled' : `${formatBytes(statistics.spillBytes)} spilled`,
    `peak memory ${formatBytes(statistics.peakMemory)}`,
  ];
  return `${alignCells(table)}\n${total.join(', ')}`;
}

function stepName(node: PlanNode): string {
  return node.kind === 'scan' ? `scan ${node.source.label}` : definitionOf(node).kind;
}

function measuredCells(facts: PipelineStatistics): string[] {
  return [
    `${count(facts.rowsIn)} → ${count(facts.rowsOut)} rows`,
    printSeconds(facts.nanos / 1e9),
    ...(facts.bytesRead === 0 ? [] : [`${formatBytes(facts.bytesRead)} read`]),
    ...(facts.spillBytes === 0 ? [] : [`${formatBytes(facts.spillBytes)} spilled`]),
  ];
}

/** Cells of equal columns under each other; the last of a row is not padded. */
function alignCells(table: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const cells of table) {
    cells.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return table
    .map((cells) =>
      cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  '),
    )
    .join('\n');
}

function plural(n: number, what: string): string {
  return `${count(n)} ${what}${n === 1 ? '' : 's'}`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function printSeconds(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}
