/** A disk that is full: one error `no-space`, the files that were there untouched, nothing left behind, work goes on. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tbl } from '../../src/index.js';
import { childScript, ended } from './run-child.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const path = join(folder, 'rows.vtr');
const rows = 600_000;
const roomBytes = 2 * 2 ** 20;

const mounted: string[] = [];
afterAll(() => {
  for (const place of mounted) spawnSync('umount', [place]);
});

beforeAll(async () => {
  await tbl({
    key: Float64Array.from({ length: rows }, (_, i) => Math.sqrt((i * 7_919) % 1_000_003)),
    text: Array.from({ length: rows }, (_, i) => `text ${String(i % 7000)}`),
  }).writeVtr(path);
});

interface Outcome {
  readonly name: string;
  readonly failure?: {
    readonly kind: string;
    readonly code: string;
    readonly message: string;
    readonly path: string;
  };
  readonly after: { readonly kept: number; readonly bytes: number; readonly files: readonly string[] };
  readonly spill: readonly string[];
}

interface Report {
  readonly outcomes: readonly Outcome[];
  readonly works: number;
  readonly kept: number;
}

/** A small disk where the system lets us make one, else a limit on the size of each file. */
const places: readonly (readonly [string, (place: string) => readonly [string, ...string[]]])[] = [
  [
    'a small disk',
    (place) => {
      const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(roomBytes)}`, 'tmpfs', place]);
      if (made.status !== 0) return limited;
      mounted.push(place);
      return [process.execPath];
    },
  ],
  ['a limit of file sizes', () => limited],
];
// In blocks of 512 bytes, as the standard's shell counts; node is told of the limit by an error, not by a signal.
const limited = [
  'sh',
  '-c',
  `ulimit -f ${String(roomBytes / 512)}; exec "$0" "$@"`,
  process.execPath,
] as const;

test.each(places)('%s: every write and spill fails cleanly', { timeout: 120_000 }, async (name, prepare) => {
  const place = join(folder, name.replaceAll(' ', '-'));
  mkdirSync(place);
  const [command, ...before] = prepare(place);
  const child = spawn(command, [...before, childScript('fill-disk'), path, place]);
  const { code, out, errors } = await ended(child, 100_000);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  const report = JSON.parse(out) as Report;
  expect(report.works).toBe(rows);
  expect(report.kept).toBe(500);
  const [first] = report.outcomes;
  for (const { name: what, failure, after, spill } of report.outcomes) {
    expect(failure, what).toMatchObject({ kind: 'EngineError', code: 'no-space' });
    expect(failure?.message, what).toMatch(/^cannot write \S+: /);
    expect(failure?.path, what).toContain(place);
    expect(after, what).toEqual({ kept: 1000, bytes: first?.after.bytes, files: ['kept.vtr', 'spill'] });
    expect(spill, what).toEqual([]);
  }
});
