/** The answer of a plan, one number or null, as the state of the part that asked for it. */
import { EngineError } from '../../base/engine-error.js';
import type { Table } from '../../data/table.js';

/** One row of one number as 9 bytes: whether there is one, and the float64. */
export function answerState(table: Table): Uint8Array {
  const name = table.schema.names[0] ?? '';
  const row: unknown = table.numRows === 1 ? table.at(0)?.[name] : undefined;
  if (row !== null && typeof row !== 'number')
    throw new EngineError('internal', 'the plan of a fold did not give one number; please report it');
  const state = new Uint8Array(9);
  const view = new DataView(state.buffer);
  view.setUint8(0, row === null ? 0 : 1);
  view.setFloat64(1, row ?? 0, true);
  return state;
}

/** @throws EngineError `format` for other bytes than `answerState` gives */
export function answerOf(state: Uint8Array): number | null {
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  if (state.length !== 9 || view.getUint8(0) > 1)
    throw new EngineError('format', 'the state of an exact fold is damaged');
  return view.getUint8(0) === 0 ? null : view.getFloat64(1, true);
}
