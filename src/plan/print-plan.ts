/** A plan as text: a tree with the result on top and sources at the bottom, each line with a note beside it. */
import type { PlanNode } from './node.js';
import { definitionOf } from './nodes/index.js';

/** Lines longer than this get their note on the next line. */
const TREE_WIDTH = 64;
const GAP = '   ';

interface Line {
  /** What stands before the node: `   └─ `. */
  readonly lead: string;
  /** The same for text below the node. */
  readonly below: string;
  readonly text: string;
  readonly note: string;
}

/**
 * The tree of a plan; `note` is written beside each node, aligned.
 *
 * @example printPlan(plan)
 * // => 'filter distance > 500\n└─ scan flights.vtr [all 5 columns]'
 */
export function printPlan(plan: PlanNode, note: (node: PlanNode) => string = () => ''): string {
  const lines: Line[] = [];
  const visit = (node: PlanNode, lead: string, below: string): void => {
    lines.push({ lead, below, text: `${node.kind} ${definitionOf(node).describe(node)}`, note: note(node) });
    node.inputs.forEach((input, i) => {
      const last = i === node.inputs.length - 1;
      visit(input, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
    });
  };
  visit(plan, '', '');
  const widths = lines
    .map((line) => line.lead.length + line.text.length)
    .filter((width) => width <= TREE_WIDTH);
  const column = Math.max(0, ...widths);
  return lines.map((line) => printLine(line, column)).join('\n');
}

function printLine({ lead, below, text, note }: Line, column: number): string {
  const tree = lead + text;
  if (note === '') return tree;
  if (tree.length <= column) return tree.padEnd(column) + GAP + note;
  return `${tree}\n${below.padEnd(column)}${GAP}${note}`;
}
