/** Two thousand index files and sidecars at random, opened, searched and validated: an EngineError or an answer, always. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildAnnoy } from '../../src/index.js';
import type { AnnoyMetric } from '../../src/index.js';
import { attemptPair } from './annoy-attempts.js';
import { answersOf, makePoints, sequence } from './annoy-points.js';
import { scratchFolder } from './scratch-folder.js';

const folder = scratchFolder();
const dimension = 5;
const metrics = ['euclidean', 'angular', 'manhattan', 'dot', 'hamming'] as const;

interface Good {
  readonly metric: AnnoyMetric;
  readonly index: Uint8Array;
  readonly sidecar: Uint8Array;
  readonly answers: string;
}
let goods: Good[];

beforeAll(async () => {
  goods = await Promise.all(
    metrics.map(async (metric): Promise<Good> => {
      const path = join(folder, `${metric}.ann`);
      const index = await buildAnnoy(makePoints(300, dimension), { path, metric, trees: 6 });
      const answers = await answersOf(index);
      await index.close();
      const sidecar = readFileSync(`${path}.meta`, 'utf8').replace(`${metric}.ann`, 'bad.ann');
      return { metric, index: readFileSync(path), sidecar: new TextEncoder().encode(sidecar), answers };
    }),
  );
});

type Next = (limit: number) => number;

/** Ids, counts and floats that a reader could stumble over. */
const words = [
  0, 1, 2, 3, 299, 300, 301, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x7f80_0000, 0x7fc0_0000, 0xff80_0000,
];

/** One to eight changes: bits, bytes, words, stretches, ends. */
function mutated(bytes: Uint8Array, next: Next): Uint8Array {
  let copy = Uint8Array.from(bytes);
  for (let change = 1 + next(8); change > 0 && copy.length > 8; change -= 1) {
    // A third of them among the roots and the last nodes.
    const at = next(3) === 0 ? copy.length - 1 - next(Math.min(copy.length, 400)) : next(copy.length);
    const kind = next(12);
    if (kind < 3) copy[at]! ^= 1 << next(8);
    else if (kind < 5) copy[at] = next(256);
    else if (kind < 9)
      new DataView(copy.buffer).setUint32(
        ((at >> 2) << 2) % (copy.length - 3),
        words[next(words.length)]!,
        true,
      );
    else if (kind === 9) copy.copyWithin(at, next(copy.length), copy.length);
    else if (kind === 10) copy = copy.slice(0, next(8) === 0 ? at : copy.length);
    else for (let i = at; i < Math.min(copy.length, at + 24); i += 1) copy[i] = next(256);
  }
  return copy;
}

const codes = ['argument', 'changed', 'data', 'format', 'limit', 'unsupported'];

test('1,200 bare index files', { timeout: 240_000 }, async () => {
  const next = sequence(101);
  const seen = new Map<string, number>();
  for (let i = 0; i < 1200; i += 1) {
    const good = goods[i % goods.length]!;
    const bytes = mutated(good.index, next);
    const { answers, validation } = await attemptPair(folder, bytes, undefined, {
      metric: good.metric,
      dimension,
    });
    const outcome = answers.startsWith('[') ? (answers === good.answers ? 'same' : 'other') : answers;
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    expect([...codes, 'same', 'other'], `${good.metric} ${String(i)}`).toContain(outcome);
    expect([...codes, 'valid', 'invalid'], `${good.metric} ${String(i)}`).toContain(validation);
  }
  expect(seen.get('format')).toBeGreaterThan(100);
});

test('400 index files beside their sidecars', { timeout: 120_000 }, async () => {
  const next = sequence(102);
  for (let i = 0; i < 400; i += 1) {
    const good = goods[i % goods.length]!;
    const bytes = mutated(good.index, next);
    const { answers, validation } = await attemptPair(folder, bytes, good.sidecar);
    expect(['changed', 'format', good.answers], `${good.metric} ${String(i)}`).toContain(answers);
    if (!Buffer.from(bytes).equals(good.index)) expect(validation).not.toBe('valid');
  }
});

test('400 sidecars beside their index files', { timeout: 120_000 }, async () => {
  const next = sequence(103);
  for (let i = 0; i < 400; i += 1) {
    const good = goods[i % goods.length]!;
    const { answers, validation } = await attemptPair(folder, good.index, mutated(good.sidecar, next));
    // Another metric with the same nodes answers otherwise; nothing else does.
    const outcome = answers.startsWith('[') ? 'answers' : answers;
    expect([...codes, 'answers'], `${good.metric} ${String(i)}`).toContain(outcome);
    expect([...codes, 'valid', 'invalid'], `${good.metric} ${String(i)}`).toContain(validation);
  }
});
