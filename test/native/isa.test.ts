/** SPILLWAY_ISA forces an instruction set, and an impossible one is refused in words. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const addon = fileURLToPath(new URL('../../build/native/spillway.node', import.meta.url));

function load(isa: string): { status: number | null; words: string } {
  const run = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(addon)})`], {
    encoding: 'utf8',
    env: { ...process.env, SPILLWAY_ISA: isa },
  });
  return { status: run.status, words: run.stderr };
}

test('base is always possible', () => {
  expect(load('base')).toEqual({ status: 0, words: '' });
});

test.each(['quantum', 'AVX2', 'x'.repeat(500)])('%s is refused, with what is possible', (isa) => {
  const { status, words } = load(isa);
  expect(status).not.toBe(0);
  expect(words).toMatch(/SPILLWAY_ISA=\S+: this processor and build can run base.*; unset it for the best/);
});
