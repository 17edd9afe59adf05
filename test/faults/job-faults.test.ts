/** What can happen to the files of a job between two runs: each is named, and nothing is overwritten. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  EngineError,
  createMatrix,
  knnJob,
  mutualGraphJob,
  openMatrix,
  radiusJob,
  resumeJob,
} from '../../src/index.js';
import { injectFileFault } from '../../src/storage/disk-file.js';
import { ioError } from '../../src/storage/io-error.js';
import { everything, graphJob, radius, writtenIn } from './begin-job.js';
import { jobRows, makeJobFolder } from './job-matrices.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const fresh = join(folder, 'fresh');
/** Half of a graph job and half of a radius job, beside what they would have come to. */
const half = join(folder, 'half');
const whole = join(folder, 'whole');
const place = join(folder, 'place');
const at = (name: string): string => join(place, name);

beforeAll(async () => {
  makeJobFolder(fresh);
  cpSync(fresh, whole, { recursive: true });
  cpSync(fresh, half, { recursive: true });
  await graphJob(whole);
  await radius(whole);
  await expect(graphJob(half, 20)).rejects.toMatchObject({ code: 'cancelled' });
  await expect(radius(half, 20)).rejects.toMatchObject({ code: 'cancelled' });
});

beforeEach(() => {
  rmSync(place, { recursive: true, force: true });
  cpSync(half, place, { recursive: true });
});

afterAll(() => {
  injectFileFault(undefined);
});

/** Resuming fails so, and leaves everything as it is. */
async function refused(checkpoint: string, code: string, ...words: string[]): Promise<void> {
  const before = everything(place);
  const failure: unknown = await resumeJob(at(checkpoint)).then(
    (job) => String(job),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(EngineError);
  expect(failure).toMatchObject({ code });
  for (const word of words) expect((failure as EngineError).message).toContain(word);
  expect(everything(place)).toEqual(before);
}

function flip(name: string, offset: number): void {
  const bytes = readFileSync(at(name));
  bytes[offset]! ^= 1;
  writeFileSync(at(name), bytes);
}

test('without faults, the halves become whole, also in another place', async () => {
  const moved = join(folder, 'moved');
  rmSync(moved, { recursive: true, force: true });
  renameSync(place, moved);
  expect(await resumeJob(join(moved, 'graph.json'))).toMatchObject({
    status: 'completed',
    edges: 3 * jobRows,
  });
  expect(await resumeJob(join(moved, 'radius.json'))).toMatchObject({ status: 'completed' });
  expect(writtenIn(moved)).toEqual(writtenIn(whole));
});

test.each([
  ['graph.json', 'to.bin', 'format', 'to.bin'],
  ['radius.json', 'distance.bin', 'format', 'distance.bin'],
  ['radius.json', 'radius.json.counts', 'changed', 'radius.json.counts'],
  ['graph.json', 'ref.bin', 'format', 'ref.bin'],
  ['graph.json', 'graph.json', 'format', 'graph.json'],
])('of %s, %s is truncated', async (checkpoint, name, code, word) => {
  truncateSync(at(name), Math.floor(readFileSync(at(name)).length / 3));
  await refused(checkpoint, code, word);
});

test.each([
  ['graph.json', 'from.bin', 8 * 7, 'from.desc', 'rows 2 … 3'],
  ['graph.json', 'to.bin', 4 * 7, 'to.desc', 'rows 2 … 3'],
  ['graph.json', 'value.bin', 8 * 58, 'value.desc', 'rows 18 … 19'],
  ['radius.json', 'index.bin', 0, 'index.desc', 'rows 0 … 1'],
  ['radius.json', 'distance.bin', 6, 'distance.desc', 'rows 0 … 1'],
  ['radius.json', 'radius.json.counts', 4 * 599, 'radius.json.counts', 'rows 598 … 599'],
  ['graph.json', 'ref.bin', 17, 'ref.desc', 'reference'],
])('of %s, one bit of %s is flipped, at %i', async (checkpoint, name, offset, ...words) => {
  flip(name, offset);
  await refused(checkpoint, 'changed', ...words);
});

test('a byte behind what was written does not matter', async () => {
  flip('to.bin', 4 * (3 * jobRows - 1));
  flip('index.bin', readFileSync(at('index.bin')).length - 1);
  expect(await resumeJob(at('graph.json'))).toMatchObject({ status: 'completed' });
  expect(readFileSync(at('to.bin')).equals(readFileSync(join(whole, 'to.bin')))).toBe(true);
});

test('what is damaged is computed again on demand', async () => {
  flip('value.bin', 8 * 58);
  const told: string[] = [];
  const onProgress = ({ phase, rows }: { phase: string; rows: number }): void =>
    void told.push(`${phase} ${String(rows)}`);
  await resumeJob(at('graph.json'), { from: { row: 18 }, onProgress });
  expect(told[0]).toBe('collect 38');
  for (const name of ['from.bin', 'to.bin', 'value.bin'])
    expect(readFileSync(at(name)).equals(readFileSync(join(whole, name)))).toBe(true);
});

test.each([
  ['ref.desc', 'io'],
  // Without data beside it, a descriptor says where they were when it was made: in another folder.
  ['ref.bin', 'argument'],
  ['to.desc', 'io'],
  ['to.bin', 'argument'],
  ['graph.json', 'io'],
])('%s is not there', async (name, code) => {
  rmSync(at(name));
  await refused('graph.json', code, name);
});

test('the counts are not there', async () => {
  rmSync(at('radius.json.counts'));
  await refused('radius.json', 'io', 'radius.json.counts');
});

test('destinations of another shape or type', async () => {
  createMatrix(at('to'), { rows: 5, cols: 1, type: 'int32', overwrite: true }).close();
  await refused('graph.json', 'changed', 'to.desc', '5 × 1');
  createMatrix(at('to'), { rows: jobRows * 20, cols: 1, type: 'float64', overwrite: true }).close();
  await refused('graph.json', 'changed', 'to.desc', 'double');
});

test('a checkpoint from another job, or edited', async () => {
  cpSync(at('radius.json'), at('graph.json'));
  await refused('graph.json', 'changed', 'graph.json is the checkpoint of another job', 'radius.json');
  const text = readFileSync(join(half, 'radius.json'), 'utf8');
  writeFileSync(at('radius.json'), text.replace(/"row": \d+/, '"row": 2'));
  await refused('radius.json', 'changed', 'radius.json was changed', 'from: { row }');
  // Another job of the same name, whose destinations and counts are not these.
  cpSync(join(whole, 'radius.json'), at('radius.json'));
  const mixed = resumeJob(at('radius.json'), { verify: true });
  await expect(mixed).rejects.toMatchObject({ code: 'changed', detail: { store: 'index' } });
});

test('a job is not begun over another one', async () => {
  const before = everything(place);
  await expect(graphJob(place)).rejects.toMatchObject({
    code: 'argument',
    message: expect.stringMatching(/graph\.json is the checkpoint of another job.*resumeJob/),
  });
  expect(everything(place)).toEqual(before);
});

test('destinations that are too short: the error says what is needed, and the counts are kept', async () => {
  const make = (name: string, rows: number): void => {
    createMatrix(at(name), { rows, cols: 1, type: 'int32', overwrite: true }).close();
  };
  make('short', 10);
  const into = { index: at('short.desc'), offset: at('offset.desc') };
  const options = { radius: 0.1, into, checkpoint: at('short.json') };
  const failure: unknown = await radiusJob(at('ref.desc'), options).catch((error: unknown) => error);
  const matches = openMatrix(join(whole, 'offset.desc')).get(jobRows, 0) ?? 0;
  expect(failure).toMatchObject({ code: 'limit', detail: { rows: 10, needed: matches } });
  make('short', matches);
  const phases: string[] = [];
  const onProgress = ({ phase }: { phase: string }): void => void phases.push(phase);
  expect(await resumeJob(at('short.json'), { onProgress })).toMatchObject({ edges: matches });
  expect(new Set(phases)).toEqual(new Set(['collect']));
  const wanted = readFileSync(join(whole, 'index.bin')).subarray(0, 4 * matches);
  expect(readFileSync(at('short.bin')).equals(wanted)).toBe(true);
});

test('nothing leads out of the folder of the checkpoint, unless it may', async () => {
  mkdirSync(at('jobs'));
  const options = { k: 2, into: { index: at('index.desc') }, checkpoint: at('jobs/job.json') };
  const stop = new AbortController();
  const onProgress = (): void => {
    stop.abort();
  };
  const paused = knnJob(at('ref.desc'), { ...options, every: { rows: 10 }, signal: stop.signal, onProgress });
  await expect(paused).rejects.toMatchObject({ code: 'cancelled' });
  await refused('jobs/job.json', 'argument', 'outside of its folder', 'allowOutside');
  expect(await resumeJob(at('jobs/job.json'), { allowOutside: true })).toMatchObject({ status: 'completed' });
  // Nor over a link.
  renameSync(at('to.bin'), join(folder, 'elsewhere.bin'));
  symlinkSync(join(folder, 'elsewhere.bin'), at('to.bin'));
  await refused('graph.json', 'argument', 'allowOutside');
  renameSync(at('radius.json.counts'), join(folder, 'elsewhere.counts'));
  symlinkSync(join(folder, 'elsewhere.counts'), at('radius.json.counts'));
  await refused('radius.json', 'argument', 'radius.json.counts is a link');
});

test(
  'every operation on files fails once: resumed, the job is what it would have been',
  { timeout: 300_000 },
  async () => {
    let failures = 0;
    for (let failing = 1; ; failing += 3) {
      rmSync(place, { recursive: true, force: true });
      cpSync(fresh, place, { recursive: true });
      let operations = 0;
      injectFileFault((operation, path) => {
        operations += 1;
        // From then on everything fails, as on a disk that is gone.
        if (operations >= failing) throw ioError(operation, path, { code: 'ENOSPC' });
      });
      const failure: unknown = await radius(place, undefined, 200).catch((error: unknown) => error);
      injectFileFault(undefined);
      if (!(failure instanceof Error)) break;
      expect(failure).toBeInstanceOf(EngineError);
      failures += 1;
      // The lock of a process that lives is its own to give back; here the operation that would have failed, too.
      rmSync(at('radius.json.lock'), { force: true });
      await (existsSync(at('radius.json')) ? resumeJob(at('radius.json')) : radius(place, undefined, 200));
      for (const name of ['index.bin', 'distance.bin', 'offset.bin'])
        expect(readFileSync(at(name)).equals(readFileSync(join(whole, name))), name).toBe(true);
    }
    expect(failures).toBeGreaterThan(10);
  },
);

test('a full disk is said to be so, and the job goes on when there is room again', async () => {
  rmSync(place, { recursive: true, force: true });
  cpSync(fresh, place, { recursive: true });
  injectFileFault((operation, path) => {
    if (operation === 'write' && path.endsWith('.counts')) throw ioError('write', path, { code: 'ENOSPC' });
  });
  const failure = await radius(place).catch((error: unknown) => error);
  injectFileFault(undefined);
  expect(failure).toMatchObject({ code: 'no-space', detail: { path: at('radius.json.counts') } });
  await resumeJob(at('radius.json'));
  expect(readFileSync(at('index.bin')).equals(readFileSync(join(whole, 'index.bin')))).toBe(true);
});

test('two processes on one job: one is told so', async () => {
  const child = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))'], {
    encoding: 'utf8',
  });
  // A lock of a process that is dead is taken over; that of a living one is not.
  const lock = (pid: number): void => {
    writeFileSync(at('graph.json.lock'), JSON.stringify({ pid, start: '', host: 'elsewhere' }));
  };
  lock(Number(child.stdout));
  await refused('graph.json', 'locked', 'graph.json');
});

test('a mutual graph job without its lists', async () => {
  const into = { from: at('from.desc'), to: at('to.desc') };
  await mutualGraphJob(at('ref.desc'), { k: 4, into, checkpoint: at('mutual.json') });
  expect(await resumeJob(at('mutual.json'), { verify: true })).toMatchObject({ status: 'completed' });
  rmSync(at('mutual.json.lists'));
  expect(await resumeJob(at('mutual.json'))).toMatchObject({ status: 'completed' });
  await expect(resumeJob(at('mutual.json'), { verify: true })).rejects.toMatchObject({
    code: 'io',
    message: expect.stringContaining('mutual.json.lists'),
  });
});
