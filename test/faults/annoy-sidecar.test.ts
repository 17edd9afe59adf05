/** Sidecars whose fields are missing or hostile: each is named, or does not matter; nothing else ever happens. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildAnnoy } from '../../src/index.js';
import { attemptPair } from './annoy-attempts.js';
import type { Attempt } from './annoy-attempts.js';
import { answersOf, makePoints } from './annoy-points.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
let bytes: Uint8Array;
let sidecar: string;
let expected: string;

beforeAll(async () => {
  const path = join(folder, 'good.ann');
  const index = await buildAnnoy(makePoints(3000, 6), { path, trees: 8 });
  expected = await answersOf(index);
  await index.close();
  bytes = readFileSync(path);
  sidecar = readFileSync(`${path}.meta`, 'utf8').replace('good.ann', 'bad.ann');
});

const attempt = async (text: string | Uint8Array): Promise<Attempt> => attemptPair(folder, bytes, text);

/** The sidecar's fields with the lines that they take, in order. */
function fieldsOf(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n').filter((one) => one !== '')) {
    if (!/^\s/.test(line)) name = line.slice(0, line.indexOf(':'));
    fields.set(name, `${fields.get(name) ?? ''}${line}\n`);
  }
  return fields;
}

const withField = (name: string, lines: string): string =>
  [...fieldsOf(sidecar)].map(([field, own]) => (field === name ? lines : own)).join('');

const hostile = [
  '',
  '-1',
  '0',
  '1',
  '7',
  '4294967296',
  '9007199254740993',
  '1e308',
  'NaN',
  'Inf',
  '-0',
  '0x10',
  '6.5',
  '٣٠٠٠',
  'dreitausend',
  '6 coordinates',
  '9'.repeat(400),
  '../../etc/passwd',
  '/dev/zero',
  '__proto__',
  'null',
  '\u0000\u0000',
  'a:b:c',
];

const outcomes = ['argument', 'changed', 'format', 'unsupported', 'limit'];
/** What a search depends on: another value must not go unseen. */
const decisive = ['n_dim', 'n_ref', 'file_size'];

test('every field is there', () => {
  const names = [...fieldsOf(sidecar).keys()];
  for (const name of [...decisive, 'metric', 'n_trees', 'file_md5', 'index_file', 'index_id', 'build_seed'])
    expect(names).toContain(name);
});

test('each field left out', async () => {
  for (const name of fieldsOf(sidecar).keys()) {
    const { answers, validation, message } = await attempt(withField(name, ''));
    expect([expected, ...outcomes], `${name}: ${message}`).toContain(answers);
    if (['metric', 'n_dim', 'n_ref', 'file_size'].includes(name)) {
      expect(outcomes, name).toContain(answers);
      expect(message).toContain(name);
      expect(validation).not.toBe('valid');
    }
  }
});

test('each field with each hostile value', { timeout: 120_000 }, async () => {
  for (const name of fieldsOf(sidecar).keys()) {
    for (const value of hostile) {
      const { answers, validation, message } = await attempt(withField(name, `${name}: ${value}\n`));
      const what = `${name}: ${JSON.stringify(value.slice(0, 30))}: ${message}`;
      expect([expected, ...outcomes], what).toContain(answers);
      expect(['valid', 'invalid', ...outcomes], what).toContain(validation);
      if (decisive.includes(name)) expect(outcomes, what).toContain(answers);
      if (name === 'metric') expect(outcomes, what).toContain(answers);
    }
  }
});

test('each field twice', async () => {
  for (const [name, lines] of fieldsOf(sidecar)) {
    const { answers, message } = await attempt(sidecar + lines);
    expect([expected, ...outcomes], name).toContain(answers);
    if (answers !== expected) expect(message).toContain(name);
  }
});

test('a line of ten megabytes', async () => {
  for (const text of [
    withField('index_id', `index_id: ${'x'.repeat(10_000_000)}\n`),
    `${sidecar}other: ${'y'.repeat(10_000_000)}\n`,
    `${sidecar}${' z\n'.repeat(3_000_000)}`,
    'a'.repeat(10_000_000),
    `${sidecar}${Array.from({ length: 500_000 }, (_, i) => `f${String(i)}: 1\n`).join('')}`,
  ]) {
    const { answers } = await attempt(text);
    expect([expected, ...outcomes]).toContain(answers);
  }
});

test('checksums of blocks: too few, too many, in disorder, of something else', async () => {
  const lines = fieldsOf(sidecar).get('spillway_block_sums') ?? '';
  const sums = Buffer.from(lines.slice(lines.indexOf(':') + 1).replaceAll(/\s/g, ''), 'base64');
  expect(sums.length).toBe(8 * Math.ceil(bytes.length / 65_536));
  const changed = Buffer.from(sums);
  changed[sums.length - 1]! ^= 1;
  const wrong = [
    sums.subarray(8),
    sums.subarray(0, -8),
    Buffer.concat([sums, sums.subarray(0, 8)]),
    sums.subarray(0, -1),
    Buffer.alloc(sums.length),
    changed,
    Buffer.from(sums).reverse(),
  ];
  for (const text of [...wrong.map((one) => one.toString('base64')), 'z', '====', '\u00e9'.repeat(40)]) {
    const { answers, validation, message } = await attempt(
      withField('spillway_block_sums', `spillway_block_sums: ${text}\n`),
    );
    expect(outcomes, `${text}: ${message}`).toContain(answers);
    expect(validation).not.toBe('valid');
  }
});

test('no sidecar that is one', async () => {
  for (const text of [
    '',
    '\n\n\n',
    ' ',
    ':',
    ': x',
    'metric',
    '{"metric":"euclidean"}',
    new Uint8Array(1000),
    bytes.subarray(0, 5000),
    new Uint8Array(1000).fill(255),
    `\uFEFF${sidecar}`,
  ]) {
    const { answers, message } = await attempt(text);
    if (answers === expected) continue;
    expect(['format', 'changed'], message).toContain(answers);
    expect(message).toContain('bad.ann.meta');
  }
});

test('what R writes: lines in another order, folded, unknown fields, line ends of Windows', async () => {
  const own = [...fieldsOf(sidecar)].filter(([name]) => !name.startsWith('spillway_'));
  const foreign = own
    .reverse()
    .map(([, lines]) => lines)
    .join('');
  for (const text of [
    foreign,
    `${foreign}note: made in R\n  on two lines\n`,
    foreign.replaceAll('\n', '\r\n'),
  ]) {
    const { answers, validation, message } = await attempt(text);
    expect(message).toBe('');
    expect(answers).toBe(expected);
    expect(validation).toBe('valid');
  }
});
