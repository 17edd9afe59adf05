/** Cost grades: how a step touches its rows, in the terms of the external-memory model (passes, volume, memory). */
import { formatBytes } from '../base/byte-size.js';

export interface Grade {
  /** Streams rows through in constant memory, keeps a bounded number of them, or must see all before the first result. */
  readonly flow: 'stream' | 'bounded' | 'breaker';
  /** The algorithm and its cost: `external sort, O(n log n)`. */
  readonly method: string;
  /** What its memory grows with; `constant` for streams. */
  readonly memory: string;
  /** Bytes read from a source, when known. */
  readonly readBytes?: number;
  /** What goes to disk when the memory allowed is not enough; absent when nothing ever does. */
  readonly spills?: string;
}

/** A grade of a step that handles each row by itself. */
export function streaming(method: string): Grade {
  return Object.freeze({ flow: 'stream', method, memory: 'constant' });
}

/** One line: `hash aggregate; memory ∝ groups, spills partitions`. */
export function printGrade(grade: Grade): string {
  const parts = [grade.method];
  if (grade.readBytes !== undefined) parts.push(`at most ${formatBytes(grade.readBytes)}`);
  if (grade.flow !== 'stream')
    parts.push(`memory ∝ ${grade.memory}${grade.spills === undefined ? '' : `, spills ${grade.spills}`}`);
  return parts.join('; ');
}
