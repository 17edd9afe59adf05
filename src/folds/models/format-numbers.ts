/** Numbers as tables of statistics show them: a column with as many digits as its most demanding number needs. */

interface Shape {
  /** Power of ten of the first digit. */
  readonly exponent: number;
  /** Digits that are not trailing zeros, at most those wanted. */
  readonly digits: number;
}

function shapeOf(value: number, digits: number): Shape {
  const [mantissa = '', exponent = '0'] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e');
  return { exponent: Number(exponent), digits: mantissa.replace('.', '').replace(/0+$/, '').length || 1 };
}

/**
 * All numbers of a column in one form: as many places as the number that needs most for `digits` significant ones, or
 * with exponents where that is shorter. NaN is `NA`.
 */
export function formatColumn(values: readonly number[], digits: number): string[] {
  const finite = values.filter((value) => Number.isFinite(value));
  const shapes = finite.map((value) => shapeOf(value, digits));
  const places = Math.max(0, ...shapes.map((shape) => shape.digits - 1 - shape.exponent));
  const whole = Math.max(1, ...shapes.map((shape) => shape.exponent + 1));
  const mantissa = Math.max(1, ...shapes.map((shape) => shape.digits));
  const fixedWidth = whole + (places > 0 ? places + 1 : 0);
  const exponentWidth = mantissa + (mantissa > 1 ? 1 : 0) + 4;
  const exponents = fixedWidth > exponentWidth || places > 100;
  return values.map((value) => {
    if (Number.isNaN(value)) return 'NA';
    if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
    return exponents ? scientific(value, mantissa) : value.toFixed(places);
  });
}

/** One number with so many significant digits. */
export function formatNumber(value: number, digits: number): string {
  return formatColumn([value], digits)[0]!;
}

/** Below this a probability is only known to be below it. */
const leastProbability = 2 ** -52;

/** A probability, `<2.2e-16` where it is less than floats can tell from nothing. */
export function formatProbability(p: number, digits: number): string {
  return p < leastProbability ? `<${scientific(leastProbability, 2)}` : formatNumber(p, digits);
}

/** A column of probabilities: those from 0.0001 up with the same places, smaller ones with exponents. */
export function formatProbabilities(values: readonly number[]): string[] {
  const cells = values.map((p) => (p < leastProbability ? '<2e-16' : formatNumber(p, 3)));
  for (const group of [(p: number) => p >= 1e-4, (p: number) => p >= leastProbability && p < 1e-4]) {
    const places = values.flatMap((p, i) => (group(p) ? [i] : []));
    formatColumn(
      places.map((i) => values[i]!),
      3,
    ).forEach((cell, k) => (cells[places[k]!] = cell));
  }
  return cells;
}

function scientific(value: number, digits: number): string {
  // R and its readers write at least two digits of exponent.
  return value.toExponential(digits - 1).replace(/e([+-])(\d)$/, 'e$10$2');
}
