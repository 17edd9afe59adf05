/** QuantileSketch: what a quantile sketch answers, read from its state. */
import { inspect } from 'node:util';

import { EngineError } from '../../base/engine-error.js';
import type { DatesPolicy, Int64Policy } from '../../data/policy.js';
import type { DataType } from '../../data/types.js';
import type { SketchValue } from './sketch-values.js';
import { valueOfWord, wordAtMost } from './sketch-values.js';
import { StateReader } from './state-reader.js';

interface Policy {
  readonly int64: Int64Policy;
  readonly dates: DatesPolicy;
}

/** Values that were kept, ascending, each with the number of values up to it. */
interface Steps {
  readonly words: BigUint64Array;
  readonly upTo: Float64Array;
}

/**
 * The order of many values, about: each quantile and rank is off by less than `error` (a share of the rows) in 99 of 100
 * cases, and none is off at all where `error` is 0.
 *
 * `V` is what values come out as: number, or Date for dates and timestamps, bigint or string where asked for.
 */
export class QuantileSketch<V extends SketchValue = number> {
  /** Rows that went in. */
  readonly rows: number;
  /** Rows left out because of a null. */
  readonly skipped: number;
  /**
   * A rank is off by at most this share of the rows, with a probability of 99 %: Hoeffding's bound over the choices
   * that were made. What is typical is less than half of it.
   */
  readonly error: number;
  readonly #type: DataType;
  readonly #policy: Policy;
  readonly #label: string;
  readonly #least: bigint;
  readonly #greatest: bigint;
  readonly #steps: Steps;

  /** @throws EngineError `format` for bytes that are no state of a quantile sketch */
  constructor(state: Uint8Array, policy: Policy, label: string) {
    const reader = new StateReader('quantileSketch', state);
    reader.version(1);
    reader.u32(); // k
    this.#type = reader.type();
    this.rows = reader.count();
    this.skipped = reader.count();
    this.#least = reader.u64();
    this.#greatest = reader.u64();
    reader.u64(); // joins
    const nodes: Node[] = [];
    for (let segments = reader.u32(); segments > 0; segments--) {
      reader.bytes(16); // first and last place
      readNodes(reader, nodes);
    }
    readNodes(reader, nodes);
    reader.end();
    this.#steps = stepsOf(nodes);
    const spread = nodes.reduce((sum, node) => sum + node.spread, 0);
    this.error = this.rows === 0 ? 0 : Math.min(1, Math.sqrt((spread * Math.log(200)) / 2) / this.rows);
    this.#policy = policy;
    this.#label = label;
  }

  /** The least value, exactly; null for none. */
  get min(): V | null {
    return this.rows === 0 ? null : this.#value(this.#least);
  }

  /** The greatest value, exactly; null for none. NaN is greater than any other. */
  get max(): V | null {
    return this.rows === 0 ? null : this.#value(this.#greatest);
  }

  /**
   * The least value that a share `p` of the values does not exceed; null for none. `quantile(0)` is the least value,
   * `quantile(1)` the greatest.
   *
   * @throws EngineError `argument` for a share outside 0 … 1
   */
  quantile(p: number): V | null {
    if (!(p >= 0 && p <= 1))
      throw new EngineError('argument', `a quantile is asked for by a share from 0 to 1, not ${String(p)}`);
    if (this.rows === 0) return null;
    if (p === 0) return this.min;
    if (p === 1) return this.max;
    const { words, upTo } = this.#steps;
    const at = firstWhere(words.length, (i) => upTo[i]! >= p * this.rows);
    return this.#value(words[at] ?? this.#greatest);
  }

  /** Several quantiles. */
  quantiles(shares: readonly number[]): (V | null)[] {
    return shares.map((p) => this.quantile(p));
  }

  /**
   * The share of the values that are not greater than `value`; null where there are no rows.
   *
   * @throws EngineError `type` for a value that does not compare with the column's
   */
  rank(value: V): number | null {
    const word = wordAtMost(value, this.#type, this.#label);
    if (this.rows === 0) return null;
    if (word < this.#least) return 0;
    if (word >= this.#greatest) return 1;
    const { words, upTo } = this.#steps;
    const at = firstWhere(words.length, (i) => words[i]! > word);
    return at === 0 ? 0 : Math.min(1, upTo[at - 1]! / this.rows);
  }

  toString(): string {
    const shares = [0.25, 0.5, 0.75];
    const middle = shares.map((p) => `${String(100 * p)} % ${show(this.quantile(p))}`).join(', ');
    const range = `least ${show(this.min)}, ${middle}, greatest ${show(this.max)}`;
    const within = `within ${(100 * this.error).toPrecision(2)} % of the ranks`;
    return `${this.#label}: ${String(this.rows)} rows, ${String(this.skipped)} skipped; ${range}; ${within}`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  #value(word: bigint): V {
    // What V is, the caller says: the type of the column is known only now.
    return valueOfWord(word, this.#type, this.#policy, this.#label) as V;
  }
}

interface Node {
  readonly weight: number;
  readonly spread: number;
  readonly words: BigUint64Array;
}

/** u32 nodes, of each u8 height, u64 index, u8 shift, f64 spread, u32 words and the words, u64 each. */
function readNodes(reader: StateReader, nodes: Node[]): void {
  for (let count = reader.u32(); count > 0; count--) {
    reader.bytes(9); // height and index
    const weight = 2 ** reader.u8();
    const spread = reader.f64();
    const bytes = reader.bytes(8 * reader.u32());
    const words = new BigUint64Array(bytes.slice().buffer);
    nodes.push({ weight, spread, words });
  }
}

/** Words ascending, each with what it weighs. */
interface Weighted {
  readonly words: BigUint64Array;
  readonly weights: Float64Array;
}

function stepsOf(nodes: readonly Node[]): Steps {
  let lists: Weighted[] = nodes.map(({ words, weight }) => ({
    words,
    weights: new Float64Array(words.length).fill(weight),
  }));
  while (lists.length > 1) {
    const merged: Weighted[] = [];
    for (let i = 0; i < lists.length; i += 2) merged.push(mergeWeighted(lists[i]!, lists[i + 1]));
    lists = merged;
  }
  const { words, weights } = lists[0] ?? { words: new BigUint64Array(), weights: new Float64Array() };
  let sum = 0;
  return { words, upTo: weights.map((weight) => (sum += weight)) };
}

function mergeWeighted(a: Weighted, b: Weighted | undefined): Weighted {
  if (b === undefined) return a;
  const count = a.words.length + b.words.length;
  const words = new BigUint64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0, j = 0; i + j < count;) {
    const second = i === a.words.length || (j < b.words.length && b.words[j]! < a.words[i]!);
    const [from, at] = second ? [b, j] : [a, i];
    words[i + j] = from.words[at]!;
    weights[i + j] = from.weights[at]!;
    if (second) j++;
    else i++;
  }
  return { words, weights };
}

/** The first index of `count` where `holds`, which stays true from there on; `count` where it never does. */
function firstWhere(count: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function show(value: SketchValue | null): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
