/** How names are listed on one line of a plan, shortened when there are many. */
import { printName } from '../expr/print-expr.js';

const SHOWN = 12;

/** `a, b, c`; beyond twelve: the first ones and how many more. */
export function columnList(names: readonly string[]): string {
  return printList(names.map(printName));
}

/** Items joined by commas, the first twelve of them. */
export function printList(items: readonly string[]): string {
  if (items.length <= SHOWN) return items.join(', ');
  return `${items.slice(0, SHOWN).join(', ')}, … ${items.length - SHOWN} more`;
}
