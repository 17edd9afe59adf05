/** Sidecars: what is written is read back, foreign ones are understood, and hostile ones are refused by file, line and field. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { parseDcf, printDcf } from '../../../src/storage/annoy/dcf.js';
import type { AnnoySidecar } from '../../../src/storage/annoy/sidecar.js';
import { parseSidecar, printSidecar } from '../../../src/storage/annoy/sidecar.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const foreign = [
  'metadata_version: 2',
  'package_version: 0.3.0',
  'annoy_version: 0.0.22',
  'index_id: annoy-20260327005522-c2eab887babb',
  'metric: euclidean',
  'n_dim: 2',
  'n_ref: 5',
  'n_trees: 25',
  'build_seed: 99',
  'build_threads: -1',
  'build_backend: cpp',
  'file_size: 2496',
  'file_mtime: 2026-03-27 00:55:22.5',
  'file_md5: c2eab887babb44656824ba64e545d6c9',
  'load_mode: lazy',
  'index_file: ref.ann',
];
const foreignText = `${foreign.join('\n')}\n`;

test('a sidecar of bigANNOY', () => {
  expect(parseSidecar(bytesOf(foreignText), 'ref.ann.meta')).toEqual({
    metadataVersion: '2',
    packageVersion: '0.3.0',
    annoyVersion: '0.0.22',
    id: 'annoy-20260327005522-c2eab887babb',
    metric: 'euclidean',
    dimension: 2,
    items: 5,
    trees: 25,
    buildSeed: 99,
    buildThreads: -1,
    buildBackend: 'cpp',
    fileSize: 2496,
    fileMillis: Date.UTC(2026, 2, 27, 0, 55, 22, 500),
    fileMd5: 'c2eab887babb44656824ba64e545d6c9',
    loadMode: 'lazy',
    indexFile: 'ref.ann',
    blockSums: undefined,
    seeding: undefined,
  });
});

test('line ends, comments, unknown fields, wrapped values, folders and missing values', () => {
  const text = foreign
    .map((line) => (line.startsWith('index_file') ? 'index_file: C:\\indexes\\my\n    ref.ann' : line))
    .map((line) => (line.startsWith('build_seed') ? 'build_seed: NA' : line))
    .map((line) => (line.startsWith('file_mtime') ? 'file_mtime: 1774572922.25' : line));
  const read = parseSidecar(
    bytesOf(['# made elsewhere', '', ...text, 'notes: what\n\tever', ''].join('\r\n')),
    'x.meta',
  );
  const inR = foreignText.replace('n_ref: 5', 'n_ref: 1e+05').replace('build_seed: 99', 'build_seed: 2e+06');
  expect(parseSidecar(bytesOf(inR), 'x.meta')).toMatchObject({ items: 100_000, buildSeed: 2_000_000 });
  const local = foreignText.replace(/file_mtime: .*/, 'file_mtime: 2026-03-27 00:55:22 CET');
  expect(parseSidecar(bytesOf(local), 'x.meta').fileMillis).toBeUndefined();
  expect(read).toMatchObject({
    indexFile: 'my ref.ann',
    buildSeed: undefined,
    fileMillis: 1_774_572_922_250,
  });
});

const sidecars: fc.Arbitrary<AnnoySidecar> = fc
  .record({
    metadataVersion: fc.constantFrom('1', '1.2-rc'),
    packageVersion: fc.option(fc.constantFrom('0.1.0'), { nil: undefined }),
    annoyVersion: fc.option(fc.constantFrom('1.17.3'), { nil: undefined }),
    id: fc.stringMatching(/^annoy-\d{14}-[0-9a-f]{12}$/),
    metric: fc.constantFrom('euclidean', 'angular', 'manhattan', 'dot', 'hamming'),
    dimension: fc.integer({ min: 1, max: 2 ** 24 }),
    items: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    trees: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    buildSeed: fc.option(
      fc
        .bigInt({ min: 1n, max: 2n ** 64n - 1n })
        .map((seed) => (seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed)),
      { nil: undefined },
    ),
    buildThreads: fc.integer({ min: -1, max: 1024 }),
    buildBackend: fc.option(fc.constantFrom('cpp', 'r'), { nil: undefined }),
    fileSize: fc.integer({ min: 1, max: 3_000_000 }),
    fileMillis: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
    fileMd5: fc.stringMatching(/^[0-9a-f]{32}$/),
    loadMode: fc.option(fc.constantFrom('lazy', 'eager'), { nil: undefined }),
    indexFile: fc.option(fc.constantFrom('ref.ann', 'naïve indexé.ann', 'a: b.ann', '__proto__'), {
      nil: undefined,
    }),
    sums: fc.option(fc.infiniteStream(fc.nat(255)), { nil: undefined }),
    seeding: fc.option(fc.constantFrom('tree', 'annoy'), { nil: undefined }),
  })
  .map(({ sums, ...rest }) => ({
    ...rest,
    blockSums:
      sums === undefined
        ? undefined
        : Uint8Array.from(
            { length: 8 * Math.ceil(rest.fileSize / 65_536) },
            () => sums.next().value as number,
          ),
  }));

test('what is written is read back', () => {
  fc.assert(
    fc.property(sidecars, (sidecar) => {
      expect(parseSidecar(bytesOf(printSidecar(sidecar)), 'x.meta')).toEqual(sidecar);
    }),
  );
});

test('any bytes are a sidecar or an error of the format', () => {
  const text = bytesOf(foreignText);
  const cuts = fc.tuple(fc.nat(text.length), fc.nat(20), fc.uint8Array({ maxLength: 20 }));
  fc.assert(
    fc.property(fc.array(cuts, { minLength: 1, maxLength: 4 }), (changes) => {
      let bytes = [...text];
      for (const [at, remove, put] of changes) {
        bytes = [...bytes.slice(0, at), ...put, ...bytes.slice(at + remove)];
      }
      try {
        parseSidecar(Uint8Array.from(bytes), 'x.meta');
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        expect(error).toMatchObject({ code: 'format', detail: { path: 'x.meta' } });
        expect((error as EngineError).message).toMatch(/^x\.meta, line \d+: /);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('refused', () => {
  const replaced = (field: string, value: string): string =>
    foreign.map((line) => (line.startsWith(`${field}:`) ? `${field}: ${value}` : line)).join('\n');
  const lineOf = (field: string): number => foreign.findIndex((line) => line.startsWith(`${field}:`)) + 1;

  test.each([
    ['n_dim', '0'],
    ['n_dim', '-2'],
    ['n_dim', '2.5'],
    ['n_dim', '1e9'],
    ['n_dim', '99999999999999999999'],
    ['n_dim', '16777217'],
    ['n_dim', 'NaN'],
    ['n_dim', 'NA'],
    ['n_dim', '٢'],
    ['n_dim', ''],
    ['n_ref', '2147483648'],
    ['n_trees', '0'],
    ['metric', 'cosine'],
    ['metric', '__proto__'],
    ['metric', 'euklidisch'],
    ['file_size', '0'],
    ['file_size', '9007199254740993'],
    ['file_md5', 'c2eab887babb'],
    ['n_ref', '1.5e+00'],
    ['n_ref', '1e+99'],
    ['file_mtime', 'x'.repeat(100)],
    ['build_seed', '1.5'],
    ['build_seed', '99999999999999999999'],
    ['build_seed', '-1'],
    ['build_seed', '18446744073709551616'],
    ['build_threads', 'many'],
    ['load_mode', 'sometimes'],
    ['index_id', 'a b'],
    ['metadata_version', '1\u0007'],
    ['package_version', 'x'.repeat(300)],
  ])('%s: %s', (field, value) => {
    const parse = (): unknown => parseSidecar(bytesOf(replaced(field, value)), 'x.meta');
    expect(parse).toThrow(EngineError);
    expect(parse).toThrow(new RegExp(`^x\\.meta, line ${lineOf(field)}: ${field} must be`));
  });

  test.each(
    ['metadata_version', 'index_id', 'metric', 'n_dim', 'n_ref', 'n_trees', 'file_size', 'file_md5'].map(
      (name) => [name],
    ),
  )('without %s', (field) => {
    const text = foreign.filter((line) => !line.startsWith(`${field}:`)).join('\n');
    expect(() => parseSidecar(bytesOf(text), 'x.meta')).toThrow(
      `x.meta, line 1: ${field} is missing; every sidecar has it`,
    );
  });

  test.each([
    ['a field twice', `${foreignText}metric: angular\n`, 'line 17: metric is given twice, before in line 5'],
    ['a second record', `${foreignText}\nmetric: angular\n`, 'line 18: a second record begins'],
    ['no field', `${foreignText}hello\n`, 'line 17: it must be "field: value"'],
    ['nothing to go on with', ` \tx\n${foreignText}`, 'line 1: it goes on with a field'],
    [
      'sums too few',
      `${foreignText}spillway_block_sums: AAAA\n`,
      'line 17: spillway_block_sums must be 8 bytes',
    ],
    [
      'sums of other letters',
      `${foreignText}spillway_block_sums: AAAAAAA*AAA=\n`,
      'line 17: spillway_block_sums must be 8 bytes',
    ],
    [
      'other seeding',
      `${foreignText}spillway_seeding: forest\n`,
      'line 17: spillway_seeding must be tree or annoy',
    ],
    ['nothing', '', 'line 1: file_size is missing'],
  ])('%s', (_, text, message) => {
    expect(() => parseSidecar(bytesOf(text), 'x.meta')).toThrow(message);
  });

  test('no text', () => {
    expect(() => parseSidecar(Uint8Array.of(0xff, 0xfe, 0), 'x.meta')).toThrow('no text in UTF-8');
  });
});

test('a record of many lines', () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `line${String(i)}`);
  const read = parseDcf(
    bytesOf(
      printDcf([
        ['a', lines],
        ['b', 'c'],
      ]),
    ),
    'x',
  );
  expect(read.get('a')?.lines).toEqual(lines);
  expect(read.get('b')).toEqual({ lines: ['c'], line: 2001 });
});
