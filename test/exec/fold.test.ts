/** Native folds through the executor: the bytes of their states, over any plan. */
import { expect, test } from 'vitest';
import { createExecutor } from '../../src/exec/executor.js';
import { column } from '../../src/expr/build.js';
import { limit } from '../../src/plan/nodes/limit.js';
import { scan } from '../../src/plan/nodes/scan.js';
import { columnsSource } from '../../src/storage/memory/memory-source.js';

const executor = createExecutor();
const rows = 50_000;
const source = columnsSource({
  x: Array.from({ length: rows }, (_, i) => (i % 7 === 0 ? null : i)),
  y: Float64Array.from({ length: rows }, (_, i) => i),
});

async function counts(name: string | undefined, plan = scan(source) as Parameters<typeof executor.fold>[0]) {
  const args = name === undefined ? [] : [column(name)];
  const { states } = await executor.fold(plan, [{ name: 'count', args, params: [] }]);
  const view = new DataView(states[0]!.buffer, states[0]!.byteOffset);
  return [view.getBigUint64(0, true), view.getBigUint64(8, true)];
}

test('counts rows and values', async () => {
  const nulls = BigInt(Math.ceil(rows / 7));
  expect(await counts(undefined)).toEqual([BigInt(rows), 0n]);
  expect(await counts('x')).toEqual([BigInt(rows) - nulls, nulls]);
  expect(await counts('y', limit(scan(source), 10))).toEqual([10n, 0n]);
});

test('goes on from a saved state', async () => {
  const once = await executor.fold(scan(source), [{ name: 'count', args: [], params: [] }]);
  const twice = await executor.fold(scan(source), [
    { name: 'count', args: [], params: [], initial: once.states[0] },
  ]);
  expect(new DataView(twice.states[0]!.buffer).getBigUint64(0, true)).toBe(2n * BigInt(rows));
});
