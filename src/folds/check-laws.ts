/** `checkLaws`: tries whether a fold keeps what its algebra declares, on random cuts of a sample of the rows. */
import { checkWhole } from '../base/assert.js';
import { EngineError } from '../base/engine-error.js';
import { didYouMean } from '../base/near-names.js';
import type { RunOptions } from '../exec/run-options.js';
import type { AnyFold } from './fold-declaration.js';
import { atPlace, combineWith, initOf, isDone, updateWith } from './fold-step.js';
import type { FoldTarget } from './fold-target.js';
import type { Chunk, Random } from './law-sample.js';
import { LawSample, randomNumbers } from './law-sample.js';
import { isOpaque, sameState, stateText } from './same-state.js';

/** How the laws of a fold are tried. */
export interface LawOptions {
  /** Random cuts that each law is tried on, 20 by default. */
  readonly samples?: number | undefined;
  /** Rows of the sample at most, 4,096 by default. */
  readonly rows?: number | undefined;
  /** By what share numbers may differ, 1e-9 by default: sums of floats depend on their order a little. */
  readonly tolerance?: number | undefined;
  /** Chooses the cuts; the same seed gives the same ones. */
  readonly seed?: number | undefined;
}

export type Law =
  'repeatable' | 'init' | 'batches' | 'identity' | 'associativity' | 'split' | 'commutativity' | 'unchanged';

/** What was tried, and held. */
export interface LawsChecked {
  readonly laws: readonly Law[];
  /** Rows of the sample. */
  readonly rows: number;
  /** Cuts that each law was tried on. */
  readonly samples: number;
}

const optionNames = ['samples', 'rows', 'tolerance', 'seed'] as const;
const longestShown = 160;

/** What each law says, for messages. */
const lawWords: { readonly [L in Law]: string } = {
  repeatable: 'the same batches give the same accumulator',
  init: 'init gives an accumulator of its own each time, which updates of another one do not change',
  batches: 'the rows count, not how they are cut into batches',
  identity: 'init is the identity of combine',
  associativity: 'combine is associative',
  split: 'parts folded apart and combined give what folding the whole gives',
  commutativity: 'combine is commutative, as declared',
  unchanged: 'combine(a, b) leaves b as it is',
};

/** @throws EngineError `argument`; undefined where no laws are to be checked */
export function lawOptionsOf(given: unknown): LawOptions | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true) return {};
  if (typeof given !== 'object' || given === null)
    throw badOption('checkLaws is true, or { samples, rows, tolerance, seed }');
  for (const name of Object.keys(given))
    if (!optionNames.some((known) => known === name))
      throw badOption(
        `checkLaws has no option ${JSON.stringify(name)}${didYouMean(name, optionNames, 'options')}`,
      );
  const options: LawOptions = given;
  const { samples, rows, tolerance, seed } = options;
  if (samples !== undefined) checkWhole('checkLaws.samples', samples, 1, 1e6);
  if (rows !== undefined) checkWhole('checkLaws.rows', rows, 1, 2 ** 24);
  if (seed !== undefined) checkWhole('checkLaws.seed', seed, 0);
  if (tolerance !== undefined && !(typeof tolerance === 'number' && tolerance >= 0))
    throw badOption('checkLaws.tolerance must be a number, not negative');
  return options;
}

function badOption(message: string): EngineError {
  return new EngineError('argument', message, { detail: { option: 'checkLaws' } });
}

/**
 * Tries the laws that a fold relies on.
 *
 * @throws EngineError `data` naming the law, the rows and the two results that differ
 */
export async function tryLaws(
  target: FoldTarget,
  fold: AnyFold,
  laws: LawOptions,
  options: RunOptions,
): Promise<LawsChecked> {
  const { samples = 20, rows = 4096, tolerance = 1e-9, seed = 1 } = laws;
  const sample = await LawSample.take(target, rows, options);
  const trial = new Trial(fold, sample, tolerance, randomNumbers(seed));
  const tried = trial.all(samples);
  return { laws: tried, rows: sample.rows, samples };
}

/** Something computed from chunks: what it is, in the notation of the law, and its value. */
interface Side {
  readonly words: string;
  readonly acc: unknown;
}

class Trial {
  readonly #fold: AnyFold;
  readonly #sample: LawSample;
  readonly #tolerance: number;
  readonly #random: Random;
  /** Accumulators of parts of the rows: how large the numbers are that are added up. */
  #parts: readonly unknown[] = [];

  constructor(fold: AnyFold, sample: LawSample, tolerance: number, random: Random) {
    this.#fold = fold;
    this.#sample = sample;
    this.#tolerance = tolerance;
    this.#random = random;
  }

  all(samples: number): readonly Law[] {
    const whole = { first: 0, end: this.#sample.rows };
    this.#same(
      'repeatable',
      [whole],
      side('F(a)', this.#folded(whole)),
      side('F(a) once more', this.#folded(whole)),
    );
    this.#initIsFresh(whole);
    const laws: Law[] = ['repeatable', 'init', 'batches'];
    const combines = this.#fold.combine !== undefined;
    if (combines) laws.push('identity', 'associativity', 'split', 'unchanged');
    if (this.#fold.commutative === true) laws.push('commutativity');
    for (let i = 0; i < samples; i++) {
      const chunks = this.#sample.cut(3, this.#random);
      const [a, b, c] = chunks as [Chunk, Chunk, Chunk];
      this.#parts = chunks.map((chunk) => this.#folded(chunk));
      this.#same(
        'batches',
        [whole],
        side('F(a)', this.#folded(whole)),
        side('F(a) in other batches', this.#folded(whole, this.#random)),
      );
      if (!combines) continue;
      this.#identity(b);
      this.#associativity(a, b, c);
      this.#split();
      this.#unchanged(a, b);
      if (this.#fold.commutative === true) this.#commutativity(a, c);
    }
    return laws;
  }

  /** The accumulator of a chunk; no update follows once it is done, as in a real run. */
  #folded(chunk: Chunk, random?: Random): unknown {
    const place = () => ({ words: `${this.#sample.label(chunk)} (checking laws)`, detail: { ...chunk } });
    return atPlace(place, () => {
      let acc = initOf(this.#fold);
      for (const batch of this.#sample.batches(chunk, random)) {
        acc = updateWith(this.#fold, acc, batch);
        if (isDone(this.#fold, acc)) break;
      }
      return acc;
    });
  }

  /** What a run makes of two accumulators: once the first is done, what follows is not looked at. */
  #joined(a: unknown, b: unknown): unknown {
    const place = () => ({ words: '(checking laws)', detail: {} });
    return atPlace(place, () => (isDone(this.#fold, a) ? a : combineWith(this.#fold, a, b)));
  }

  #initIsFresh(whole: Chunk): void {
    const kept = initOf(this.#fold);
    const before = new StateText(kept);
    this.#folded(whole);
    const after = new StateText(kept);
    if (before.text !== after.text)
      this.#broken('init', [whole], side('init()', before), side('init() after update(init(), a)', after));
  }

  #identity(a: Chunk): void {
    const alone = side('F(a)', this.#folded(a));
    this.#same(
      'identity',
      [a],
      alone,
      side('combine(init(), F(a))', this.#joined(initOf(this.#fold), this.#folded(a))),
    );
    this.#same(
      'identity',
      [a],
      alone,
      side('combine(F(a), init())', this.#joined(this.#folded(a), initOf(this.#fold))),
    );
  }

  #associativity(a: Chunk, b: Chunk, c: Chunk): void {
    const left = this.#joined(this.#joined(this.#folded(a), this.#folded(b)), this.#folded(c));
    const right = this.#joined(this.#folded(a), this.#joined(this.#folded(b), this.#folded(c)));
    this.#same(
      'associativity',
      [a, b, c],
      side('combine(combine(F(a), F(b)), F(c))', left),
      side('combine(F(a), combine(F(b), F(c)))', right),
    );
  }

  #split(): void {
    const chunks = this.#sample.cut(2 + this.#random(6), this.#random);
    const parts = chunks.map((chunk) => this.#folded(chunk));
    const merged = parts.reduce((a, b) => this.#joined(a, b));
    const whole = this.#folded({ first: 0, end: this.#sample.rows });
    this.#same('split', chunks, side('F of all rows', whole), side('the parts combined', merged));
  }

  #commutativity(a: Chunk, b: Chunk): void {
    // Which of two accumulators is done first depends on their order, and may.
    if (isDone(this.#fold, this.#folded(a)) || isDone(this.#fold, this.#folded(b))) return;
    this.#same(
      'commutativity',
      [a, b],
      side('combine(F(a), F(b))', this.#joined(this.#folded(a), this.#folded(b))),
      side('combine(F(b), F(a))', this.#joined(this.#folded(b), this.#folded(a))),
    );
  }

  #unchanged(a: Chunk, b: Chunk): void {
    const second = this.#folded(b);
    const before = new StateText(second);
    this.#joined(this.#folded(a), second);
    const after = new StateText(second);
    if (before.text !== after.text)
      this.#broken('unchanged', [a, b], side('F(b)', before), side('F(b) after combine(F(a), F(b))', after));
  }

  #same(law: Law, chunks: readonly Chunk[], left: Side, right: Side): void {
    const finish = this.#fold.finish?.bind(this.#fold);
    const save = this.#fold.save?.bind(this.#fold);
    const opaque = isOpaque(left.acc) || isOpaque(right.acc);
    if (opaque && finish === undefined && save === undefined)
      throw new EngineError(
        'argument',
        'checkLaws cannot look into this accumulator; give the fold finish, or save and load',
      );
    if (!opaque && sameState(left.acc, right.acc, this.#tolerance, this.#parts)) return;
    if (opaque && save !== undefined && sameState(save(left.acc), save(right.acc), 0)) return;
    if (finish === undefined) this.#broken(law, chunks, left, right);
    // Accumulators may say the same in other ways: what comes of them counts.
    const [one, other] = [left, right].map(({ words, acc }) => side(`finish(${words})`, finish?.(acc))) as [
      Side,
      Side,
    ];
    if (!sameState(one.acc, other.acc, this.#tolerance)) this.#broken(law, chunks, one, other);
  }

  #broken(law: Law, chunks: readonly Chunk[], left: Side, right: Side): never {
    const letters = chunks.map((chunk, i) => `${'abcdefghi'[i] ?? '?'} is ${this.#sample.label(chunk)}`);
    throw new EngineError(
      'data',
      `the fold breaks a law: ${lawWords[law]}. ${left.words} is ${shown(left.acc)}, but ${right.words} is ` +
        `${shown(right.acc)}, where ${letters.join(', ')}`,
      {
        detail: {
          law,
          chunks: chunks.map((chunk) => this.#sample.label(chunk)),
          left: shown(left.acc),
          right: shown(right.acc),
        },
      },
    );
  }
}

function side(words: string, acc: unknown): Side {
  return { words, acc };
}

/** Shortly, and texts that stand for accumulators as they are. */
function shown(acc: unknown): string {
  const text = acc instanceof StateText ? acc.text : stateText(acc);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}

/** An accumulator as it was at some time. */
class StateText {
  readonly text: string;

  constructor(acc: unknown) {
    this.text = stateText(acc);
  }
}
