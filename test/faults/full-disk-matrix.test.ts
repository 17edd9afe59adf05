/** A disk that is full while a matrix is made: one error `no-space`, nothing left behind, what was there untouched. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { childScript, ended } from './run-child.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const roomBytes = 2 * 2 ** 20;
// In blocks of 512 bytes, as the standard's shell counts; node is told of the limit by an error, not by a signal.
const limited = ['sh', '-c', `ulimit -f ${roomBytes / 512}; exec "$0" "$@"`, process.execPath] as const;

const mounted: string[] = [];
afterAll(() => {
  for (const place of mounted) spawnSync('umount', [place]);
});

/** A small disk where the system lets us make one, else a limit on the size of each file. */
function smallDisk(place: string): readonly [string, ...string[]] {
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${roomBytes}`, 'tmpfs', place]);
  if (made.status !== 0) return limited;
  mounted.push(place);
  return [process.execPath];
}

interface Report {
  readonly outcomes: readonly { readonly name: string; readonly code?: string; readonly message?: string }[];
  readonly values: number;
  readonly after: number;
  readonly files: readonly string[];
}

test.each([
  ['a small disk', smallDisk],
  ['a limit of file sizes', () => limited],
] as const)('%s', async (name, commandIn) => {
  const place = join(folder, name.replaceAll(' ', '-'));
  mkdirSync(place);
  const [command, ...args] = commandIn(place);
  const { code, out, errors } = await ended(
    spawn(command, [...args, childScript('fill-disk-matrix'), place]),
  );
  expect(errors).toBe('');
  expect(code).toBe(0);
  const report = JSON.parse(out) as Report;
  for (const outcome of report.outcomes) {
    expect(outcome.code, outcome.name).toBe('no-space');
    expect(outcome.message).toMatch(/^cannot (write|truncate) /);
  }
  expect(report.outcomes.length).toBe(2);
  expect([report.values, report.after]).toEqual([10_000, 8]);
  expect(report.files).toEqual(['kept.bin', 'kept.desc']);
});
