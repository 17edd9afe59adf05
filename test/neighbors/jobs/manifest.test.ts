/** Checkpoints of jobs as text: they come back as they were, and nothing but what a job wrote is accepted. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EditedManifest, decodeManifest } from '../../../src/neighbors/jobs/decode-manifest.js';
import type { JobManifest } from '../../../src/neighbors/jobs/job-manifest.js';
import { encodeManifest, manifestChecksum } from '../../../src/neighbors/jobs/job-manifest.js';
import { MalformedManifest } from '../../../src/neighbors/jobs/manifest-fields.js';

const hash = 'a0'.repeat(16);

const manifest: JobManifest = {
  name: 'graph-job.json',
  id: hash,
  type: 'knn-graph',
  status: 'running',
  phase: 'collect',
  cursor: { row: 2, edge: 4 },
  queries: 4,
  total: 8,
  settings: {
    metric: 'minkowski',
    p: 3,
    k: 2,
    radius: null,
    base: 1,
    excludeSelf: true,
    missing: 'error',
    graph: null,
  },
  every: { rows: null, seconds: 0.5 },
  matrices: [
    {
      role: 'reference',
      path: 'ref.desc',
      folder: '.',
      filename: 'ref.bin',
      total: [4, 2],
      rows: [0, 4],
      cols: [0, 2],
      type: 'double',
      separated: false,
      fingerprint: 'f',
    },
    {
      role: 'from',
      path: null,
      folder: 'out',
      filename: 'from.bin',
      total: [20, 3],
      rows: [5, 8],
      cols: [1, 1],
      type: 'integer',
      separated: true,
      fingerprint: null,
    },
  ],
  segmentRows: 1,
  written: [{ phase: 'collect', store: 'from', sums: [hash, hash] }],
};

const text = new TextDecoder().decode(encodeManifest(manifest));
const decodeText = (given: string): JobManifest => decodeManifest(new TextEncoder().encode(given));

/** The text with fields changed and the checksum made right again. */
function forged(change: (fields: Record<string, unknown>) => void): string {
  const fields = JSON.parse(text) as Record<string, unknown>;
  delete fields['checksum'];
  change(fields);
  return JSON.stringify({ ...fields, checksum: manifestChecksum(fields) });
}

test('a manifest comes back as it was, however its text is laid out', () => {
  expect(decodeText(text)).toEqual(manifest);
  expect(decodeText(JSON.stringify(JSON.parse(text)))).toEqual(manifest);
  expect(decodeText(forged(() => undefined))).toEqual(manifest);
});

test('an edited manifest is told from a damaged one', () => {
  expect(() => decodeText(text.replace('"row": 2', '"row": 1'))).toThrow(EditedManifest);
  expect(() => decodeText(text.slice(0, -10))).toThrow('it is no complete JSON');
  expect(() => decodeText('')).toThrow('it is empty');
  expect(() => decodeText('{"format":"other"}')).toThrow('it is no checkpoint of a job');
  expect(() => decodeText('[]')).toThrow('it is no object');
  expect(() => decodeText(text.replace('"version": 1', '"version": 2'))).toThrow('it is of version 2');
});

test.each<[string, (fields: Record<string, unknown>) => void]>([
  ['it.type must be one of', (f) => (f['type'] = '__proto__')],
  ['it.name must be the name of a file', (f) => (f['name'] = '../graph-job.json')],
  ['cursor.row must be a whole number', (f) => (f['cursor'] = { row: 5, edge: 0 })],
  ['cursor has an unknown field "x"', (f) => (f['cursor'] = { row: 0, edge: 0, x: 1 })],
  ['it has an unknown field "more"', (f) => (f['more'] = 1)],
  ['it has no every', (f) => delete f['every']],
  ['it.segmentRows must be', (f) => (f['segmentRows'] = 0)],
  ['it.queries must be', (f) => (f['queries'] = 2 ** 60)],
  ['settings.k must be', (f) => (f['settings'] = { ...manifest.settings, k: 0 })],
  ['settings.p must be', (f) => (f['settings'] = { ...manifest.settings, p: 0.5 })],
  ['it.matrices must be a list', (f) => (f['matrices'] = {})],
  [
    'it.matrices has 9 entries',
    (f) => (f['matrices'] = Array.from({ length: 9 }, () => manifest.matrices[0])),
  ],
  ['path must be a path', (f) => (f['matrices'] = [{ ...manifest.matrices[0], path: 'a\0b' }])],
  ['rows of a matrix must be two', (f) => (f['matrices'] = [{ ...manifest.matrices[0], rows: [0, -1] }])],
  ['filename must be the name of', (f) => (f['matrices'] = [{ ...manifest.matrices[0], filename: '../x' }])],
  ['sums holds something else', (f) => (f['written'] = [{ ...manifest.written[0], sums: ['x'] }])],
])('a forged manifest is refused: %s', (message, change) => {
  expect(() => decodeText(forged(change))).toThrow(MalformedManifest);
  expect(() => decodeText(forged(change))).toThrow(message);
});

const bytes = encodeManifest(manifest);

test('any byte changed is noticed', () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = bytes.slice();
      changed[at]! ^= flip;
      try {
        // What is changed between the values, such as a space, may still be the same content.
        expect(decodeManifest(changed)).toEqual(manifest);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedManifest);
      }
    }),
    { numRuns: 3000 },
  );
});

test('any forged value is refused or read as what it is', () => {
  const names = Object.keys(JSON.parse(text) as object);
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }), (name, value) => {
      try {
        decodeText(forged((fields) => (fields[name] = value)));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedManifest);
      }
    }),
    { numRuns: 3000 },
  );
});

test('any bytes at all are refused as malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
      expect(() => decodeManifest(random)).toThrow(MalformedManifest);
    }),
    { numRuns: 2000 },
  );
});
