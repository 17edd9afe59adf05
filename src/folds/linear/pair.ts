/** Pair: a number kept as the sum of two floats, the low one below half a unit of the high one: about 106 bits. */

/** 2^27 + 1: splits 53 bits into 26 and 27 (Veltkamp). */
const splitter = 134_217_729;
/** Beyond this the split would overflow; such factors are brought down by 2^28 first, which is exact. */
const splitLimit = 2 ** 995;
const down = 2 ** -28;
const up = 2 ** 28;

/** The rounding error of the product `a b = p`: exact unless it falls below the smallest numbers. */
export function productError(a: number, b: number, p: number): number {
  if (Math.abs(a) > splitLimit) return productError(a * down, b, p * down) * up;
  if (Math.abs(b) > splitLimit) return productError(a, b * down, p * down) * up;
  const ca = splitter * a;
  const aHigh = ca - (ca - a);
  const aLow = a - aHigh;
  const cb = splitter * b;
  const bHigh = cb - (cb - b);
  const bLow = b - bHigh;
  return aLow * bLow - (p - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** The rounding error of the sum `a + b = s`, always exact (Knuth). */
export function sumError(a: number, b: number, s: number): number {
  const t = s - a;
  return a - (s - t) + (b - t);
}

/**
 * An accumulator in pair arithmetic. Methods change it and return it; each is right to a few units of 2^-104. Values that
 * are not finite behave as floats do, with no low part.
 */
export class Pair {
  high: number;
  low: number;

  constructor(high = 0, low = 0) {
    this.high = high;
    this.low = low;
  }

  set(high: number, low = 0): this {
    this.high = high;
    this.low = low;
    return this;
  }

  /** Takes two floats in any order of size. */
  #settle(high: number, low: number): this {
    const s = high + low;
    this.high = s;
    // A low part of an infinite number would be NaN.
    this.low = Number.isFinite(s) ? low - (s - high) : 0;
    return this;
  }

  add(high: number, low = 0): this {
    const s = this.high + high;
    if (!Number.isFinite(s)) return this.set(s);
    const e = sumError(this.high, high, s);
    const t = this.low + low;
    const f = sumError(this.low, low, t);
    const v = s + (e + t);
    return this.#settle(v, e + t - (v - s) + f);
  }

  subtract(high: number, low = 0): this {
    return this.add(-high, -low);
  }

  multiply(high: number, low = 0): this {
    const p = this.high * high;
    if (!Number.isFinite(p)) return this.set(p);
    return this.#settle(p, productError(this.high, high, p) + (this.high * low + this.low * high));
  }

  /** Adds a product of two pairs. */
  addProduct(aHigh: number, aLow: number, bHigh: number, bLow: number): this {
    const p = aHigh * bHigh;
    if (!Number.isFinite(p)) return this.add(p);
    const e = productError(aHigh, bHigh, p) + (aHigh * bLow + aLow * bHigh);
    const s = p + e;
    return this.add(s, e - (s - p));
  }

  subtractProduct(aHigh: number, aLow: number, bHigh: number, bLow: number): this {
    return this.addProduct(-aHigh, -aLow, bHigh, bLow);
  }

  divide(high: number, low = 0): this {
    const q1 = this.high / high;
    if (!Number.isFinite(q1) || !Number.isFinite(high)) return this.set(q1);
    this.subtractProduct(q1, 0, high, low);
    const q2 = this.high / high;
    this.subtractProduct(q2, 0, high, low);
    const q3 = this.high / high;
    return this.set(q1).add(q2).add(q3);
  }

  /** The square root; of a negative number NaN. */
  sqrt(): this {
    const root = Math.sqrt(this.high);
    if (root === 0 || !Number.isFinite(root)) return this.set(root);
    // One step of Newton's method in pairs.
    const rest = this.subtractProduct(root, 0, root, 0).high;
    return this.set(root).add(rest / (2 * root));
  }

  /** The nearest float. */
  value(): number {
    return this.high + this.low;
  }
}
