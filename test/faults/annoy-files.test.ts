/** Index files that are damaged, cut, exchanged or something else: errors with a named code, or the right answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAnnoy, openAnnoy } from '../../src/index.js';
import type { AnnoyMetric } from '../../src/index.js';
import { attemptPair } from './annoy-attempts.js';
import type { Attempt } from './annoy-attempts.js';
import { answersOf, makePoints, sequence } from './annoy-points.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const damage = ['changed', 'format'];

interface Good {
  readonly index: Uint8Array;
  readonly sidecar: string;
  readonly answers: string;
}

async function build(name: string, metric: AnnoyMetric, seed: number, cols = 6): Promise<Good> {
  const path = join(folder, `${name}.ann`);
  const index = await buildAnnoy(makePoints(3000, cols), { path, metric, seed, trees: 8 });
  const answers = await answersOf(index);
  await index.close();
  // As it is named when it is attempted.
  const sidecar = readFileSync(`${path}.meta`, 'utf8').replace(`${name}.ann`, 'bad.ann');
  return { index: readFileSync(path), sidecar, answers };
}

let good: Good;
let other: Good;
let angular: Good;
let dot: Good;
let wide: Good;
beforeAll(async () => {
  good = await build('good', 'euclidean', 1);
  other = await build('other', 'euclidean', 2);
  angular = await build('angular', 'angular', 1);
  dot = await build('dot', 'dot', 1);
  wide = await build('wide', 'euclidean', 1, 7);
});

const attempt = async (index: Uint8Array, sidecar: string | Uint8Array = good.sidecar): Promise<Attempt> =>
  attemptPair(folder, index, sidecar);

test('the good pair', async () => {
  expect(await attempt(good.index)).toEqual({ answers: good.answers, validation: 'valid', message: '' });
});

describe('with its sidecar', () => {
  test(
    'one byte flipped anywhere: an error, or the same answers; validation finds it',
    { timeout: 120_000 },
    async () => {
      const next = sequence(3);
      const seen = new Map<string, number>();
      for (let i = 0; i < 250; i += 1) {
        const bytes = Uint8Array.from(good.index);
        // Every other time at the roots.
        const at = i % 2 === 0 ? next(bytes.length) : bytes.length - 1 - next(320);
        bytes[at]! ^= 1 << next(8);
        const { answers, validation } = await attempt(bytes);
        const outcome = answers === good.answers ? 'same' : answers;
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        expect(validation, `byte ${String(at)}`).not.toBe('valid');
      }
      expect([...seen.keys()].filter((outcome) => ![...damage, 'same'].includes(outcome))).toEqual([]);
      expect([...seen.keys()].some((outcome) => damage.includes(outcome))).toBe(true);
    },
  );

  test('cut or grown, at any length', { timeout: 120_000 }, async () => {
    const next = sequence(5);
    const node = 40;
    const lengths = [
      0,
      1,
      39,
      40,
      good.index.length - 1,
      good.index.length - node,
      good.index.length - 65_536,
    ];
    for (let i = 0; i < 60; i += 1) lengths.push(next(good.index.length));
    for (let i = 0; i < 20; i += 1) lengths.push(node * next(good.index.length / node));
    for (const length of lengths) {
      const { answers, validation, message } = await attempt(good.index.subarray(0, length));
      expect(damage, `${String(length)}: ${message}`).toContain(answers);
      expect(damage).toContain(validation);
      expect(message).toContain('bad.ann');
    }
    for (const more of [1, node, 65_536, 100 * node]) {
      const bytes = new Uint8Array(good.index.length + more);
      bytes.set(good.index);
      expect(damage).toContain((await attempt(bytes)).answers);
    }
  });

  test('one stretch exchanged for another of the same file', async () => {
    const next = sequence(9);
    for (let i = 0; i < 40; i += 1) {
      const bytes = Uint8Array.from(good.index);
      const from = 40 * next(3000);
      const to = 40 * (3000 + next(good.index.length / 40 - 3010));
      bytes.copyWithin(to, from, from + 400);
      const { answers, validation } = await attempt(bytes);
      expect([...damage, good.answers]).toContain(answers);
      expect(validation).not.toBe('valid');
    }
  });

  test.each([
    ['another index of the same shape', () => other],
    ['another metric', () => angular],
    ['a metric with other nodes', () => dot],
    ['another dimension', () => wide],
  ])('mixed up with %s, both ways', async (_, foreign) => {
    for (const [index, sidecar] of [
      [foreign().index, good.sidecar],
      [good.index, foreign().sidecar],
    ] as const) {
      const { answers, validation, message } = await attempt(index, sidecar);
      expect(damage, message).toContain(answers);
      expect(damage).toContain(validation);
      expect(message).toContain('bad.ann');
    }
  });

  test('something else altogether', async () => {
    const next = sequence(11);
    const noise = Uint8Array.from({ length: good.index.length }, () => next(256));
    for (const bytes of [
      new Uint8Array(good.index.length),
      noise,
      new Uint8Array(good.index.length).fill(255),
      new TextEncoder().encode(good.sidecar),
    ])
      expect(damage).toContain((await attempt(bytes)).answers);
  });
});

test('a query of another dimension is refused', async () => {
  const index = openAnnoy(join(folder, 'good.ann'));
  for (const cols of [1, 5, 7, 1000])
    await expect(index.search(makePoints(2, cols), { k: 1 })).rejects.toMatchObject({
      name: 'EngineError',
      code: 'argument',
    });
  await index.close();
});

test('a metric or dimension that the sidecar does not have is refused', () => {
  for (const wrong of [{ metric: 'angular' }, { dimension: 5 }, { metric: 'dot', dimension: 6 }] as const) {
    const open = () => openAnnoy(join(folder, 'good.ann'), wrong);
    expect(open).toThrow(expect.objectContaining({ name: 'EngineError' }));
    expect(open).toThrow(/good\.ann/);
  }
});
