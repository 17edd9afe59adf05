/** Thousands of broken and hostile descriptors: each opens within bounds or is an EngineError, never anything else. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { openMatrix } from '../../../src/storage/matrix/open-matrix.js';

const golden = fileURLToPath(new URL('../../golden/matrices/', import.meta.url));
let folder: string;
let descriptor: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-matrix-'));
  descriptor = join(folder, 'hostile.desc');
  for (const name of readdirSync(golden))
    if (name.includes('.bin')) writeFileSync(join(folder, name), readFileSync(join(golden, name)));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const texts = readdirSync(golden)
  .filter((name) => name.endsWith('.desc') && !name.startsWith('binary'))
  .map((name) => readFileSync(join(golden, name), 'utf8'));
const binaries = ['binary-v2.desc', 'binary-v3.desc'].map((name) =>
  gunzipSync(readFileSync(join(golden, name))),
);

/** Opens what was written and reads all of it. */
function open(bytes: Uint8Array | string): 'opened' | 'refused' {
  writeFileSync(descriptor, bytes);
  try {
    const m = openMatrix(descriptor, { readOnly: true });
    for (const file of m.files) expect(file.startsWith(folder)).toBe(true);
    for (let row = 0; row < m.rows; row += 1) for (let col = 0; col < m.cols; col += 1) m.get(row, col);
    m.points();
    m.close();
    return 'opened';
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    expect(['format', 'argument', 'unsupported', 'io']).toContain(error.code);
    return 'refused';
  }
}

const snippet = fc.oneof(
  fc.constantFrom(
    ...[
      '(',
      ')',
      ',',
      '=',
      '"',
      "'",
      '`',
      '\\',
      'c(',
      'list(',
      'new(',
      'structure(',
      'NULL',
      'NA',
      '-',
      ':',
      '#',
    ],
    ...[
      '1e308',
      '9007199254740993',
      '0x',
      '1:4000000',
      '../',
      '/etc/passwd',
      '\0',
      '\n',
      'L',
      '🙂',
      'r"(',
      '.Names',
    ],
    ...['c(0, 1e9)', 'c(-1, 4)', 'c(3, 4)', 'c(1, 2, 3)', 'NaN', 'Inf', 'TRUE', '"__proto__"', 'filename = '],
  ),
  fc.string({ maxLength: 6 }),
);

test('texts', () => {
  const seen = { opened: 0, refused: 0 };
  const change = fc.record({ at: fc.nat(600), remove: fc.nat(24), insert: snippet });
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (text, changes) => {
        let changed = text;
        for (const { at, remove, insert } of changes) {
          const place = at % (changed.length + 1);
          changed = changed.slice(0, place) + insert + changed.slice(place + remove);
        }
        seen[open(changed)] += 1;
      },
    ),
    { numRuns: 2000 },
  );
  expect(seen.refused).toBeGreaterThan(1500);
});

test('numbers and names in their places', () => {
  const number = fc.oneof(
    fc.constantFrom(
      '0',
      '1',
      '3',
      '4',
      '12',
      '1e+05',
      '-1',
      '2147483648',
      '4503599627370496',
      '1e400',
      'NULL',
      'NA',
    ),
    fc.nat(20).map(String),
  );
  const seen = { opened: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(number, { minLength: 16, maxLength: 16 }),
      fc.nat(7),
      (text, to, some) => {
        let at = 0;
        const changed = text.replace(/\b\d+\b/g, (old) => ((at += 1) % 8 === some ? to[at % 16]! : old));
        seen[open(changed)] += 1;
      },
    ),
    { numRuns: 2000 },
  );
  expect(Math.min(seen.opened, seen.refused)).toBeGreaterThan(10);
});

test('bytes, packed and not', () => {
  const change = fc.record({ at: fc.nat(700), byte: fc.nat(255), keep: fc.boolean() });
  const seen = { opened: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...binaries),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(700), { nil: null, freq: 8 }),
      (bytes, changes, end) => {
        const changed = Uint8Array.from(bytes.subarray(0, end ?? bytes.length));
        for (const { at, byte, keep } of changes) {
          if (changed.length > 0)
            changed[at % changed.length] = keep ? changed[at % changed.length]! ^ (1 << (byte % 8)) : byte;
        }
        seen[open(gzipSync(changed, { level: 0 }))] += 1;
      },
    ),
    { numRuns: 1500 },
  );
  expect(seen.refused).toBeGreaterThan(700);
  const packed = readFileSync(join(golden, 'binary-v2.desc'));
  for (let at = 0; at < packed.length; at += 3) {
    const changed = Uint8Array.from(packed);
    changed[at]! ^= 0x10;
    open(changed);
    open(packed.subarray(0, at));
  }
});

test('what is small when written may not become large when read', () => {
  const list = 'c(0:4000000, 0:4000000)';
  expect(open(`list(sharedType = "FileBacked", rowNames = ${list})`)).toBe('refused');
  expect(open('list('.repeat(100_000))).toBe('refused');
  expect(open(`${'c('.repeat(31)}1${')'.repeat(31)}`)).toBe('refused');
  expect(open(gzipSync(new Uint8Array(2 ** 28 + 1), { level: 1 }))).toBe('refused');
});
