/** Making many JavaScript values without holding the event loop: in steps, with a breath between them. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Rows handled in one step of the JavaScript thread. */
const STEP_ROWS = 16_384;

interface Sliceable<T> {
  slice(start: number, end: number): { toArray(): T[] };
}

/** Appends the values of `source` to `into`, step by step. */
export async function appendInSteps<T>(source: Sliceable<T>, length: number, into: T[]): Promise<void> {
  for (let start = 0; start < length; start += STEP_ROWS) {
    if (start > 0) await nextTurn();
    const block = source.slice(start, Math.min(length, start + STEP_ROWS)).toArray();
    for (const value of block) into.push(value);
  }
}
