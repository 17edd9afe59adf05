/** The parts that a fold's rows are read in: what each is called, and the plan that reads it. */
import { assert } from '../base/assert.js';
import type { PlanNode } from '../plan/node.js';
import { rowsOfScan } from '../plan/nodes/scan.js';
import { rangeableScan, withRows } from '../plan/with-rows.js';
import type { FoldPlan } from './fold-plan.js';
import { rangeRows } from './fold-plan.js';
import type { Place } from './fold-step.js';
import type { FoldTarget } from './fold-target.js';

export interface FoldPart {
  readonly plan: PlanNode;
  /** Where rows `first` up to `end` of the part's result are. */
  place(first: number, end: number): Place;
}

/** Parts by number; made when they are asked for. */
export interface FoldParts {
  readonly count: number;
  /** @param parts ranges only: so many in one */
  part(index: number, parts?: number): FoldPart;
}

/** The parts of a target, cut as the plan says. */
export function foldParts(target: FoldTarget, { cut }: Pick<FoldPlan, 'cut'>): FoldParts {
  if (cut === 'shards') return shardParts(target);
  if (cut === 'ranges') return rangeParts(target.plan);
  return { count: 1, part: () => ({ plan: target.plan, place: (first, end) => resultPlace(first, end) }) };
}

/** Rows of what the whole plan gives. */
export function resultPlace(first: number, end: number): Place {
  return { words: `${rowsText(first, end)} of the result`, detail: { firstRow: first, endRow: end } };
}

function shardParts({ shards }: FoldTarget): FoldParts {
  assert(shards !== undefined, 'that shards are cut by shards');
  return {
    count: shards.length,
    part(index) {
      const { key, plan } = shards[index]!;
      return {
        plan,
        place: (first, end) => ({
          words: `${rowsText(first, end)} of shard ${keyText(key)}`,
          detail: { shard: key, firstRow: first, endRow: end },
        }),
      };
    },
  };
}

function rangeParts(plan: PlanNode): FoldParts {
  const scan = rangeableScan(plan);
  const all = scan === undefined ? undefined : rowsOfScan(scan);
  assert(scan !== undefined && all !== undefined, 'that ranges are cut of a source that knows its rows');
  const { label } = scan.source;
  // Without a filter, rows of the result are rows of the file.
  const exact = !dropsRows(plan);
  return {
    count: Math.max(1, Math.ceil((all.end - all.first) / rangeRows)),
    part(index, parts = 1) {
      const first = all.first + index * rangeRows;
      const end = Math.min(all.end, first + parts * rangeRows);
      return {
        plan: withRows(plan, { first, end }),
        place: (from, to) =>
          exact
            ? {
                words: `${rowsText(first + from, first + to)} of ${label}`,
                detail: { source: label, firstRow: first + from, endRow: first + to },
              }
            : {
                words: `${rowsText(from, to)} of what ${rowsText(first, end)} of ${label} give`,
                detail: { source: label, firstRow: first, endRow: end },
              },
      };
    },
  };
}

function dropsRows(plan: PlanNode): boolean {
  return plan.kind === 'filter' || plan.inputs.some(dropsRows);
}

/** `row 5`, `rows 65,536 to 131,071`; `end` is not among them. */
function rowsText(first: number, end: number): string {
  const shown = (row: number): string => row.toLocaleString('en-US');
  return end - first <= 1 ? `row ${shown(first)}` : `rows ${shown(first)} to ${shown(end - 1)}`;
}

/** `{ origin: "SFO" }`. */
export function keyText(key: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(key).map(([name, value]) => `${name}: ${valueText(value)}`);
  return `{ ${parts.join(', ')} }`;
}

function valueText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
