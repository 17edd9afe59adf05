/** The linear regressions of NIST's Statistical Reference Datasets: data and certified values (in the public domain). */
import { readFileSync, readdirSync } from 'node:fs';

export interface NistData {
  readonly name: string;
  /** The model is a polynomial of this degree; else the columns of x as they are. */
  readonly degree?: number;
  readonly intercept: boolean;
  readonly y: readonly number[];
  readonly x: Readonly<Record<string, readonly number[]>>;
  /** To the 15 digits that NIST gives. */
  readonly certified: {
    readonly coefficients: readonly number[];
    readonly standardErrors: readonly number[];
    readonly residualStandardError: number;
    readonly rSquared: number;
    readonly dfResidual: number;
  };
}

const folder = new URL('./', import.meta.url);

export const nistData: readonly NistData[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as NistData);

/** The columns of the model without the intercept, by name; powers are products, rounded. */
export function termsOf(data: NistData): Record<string, readonly number[]> {
  if (data.degree === undefined) return data.x;
  const x = data.x['x'] ?? [];
  const terms: Record<string, readonly number[]> = {};
  let power = x;
  for (let k = 1; k <= data.degree; k++) {
    terms[`x${String(k)}`] = power;
    power = power.map((value, r) => value * x[r]!);
  }
  return terms;
}

/** Digits that agree with what is certified: −log₁₀ of the relative error (the absolute one where 0 is certified), at most 15. */
export function digits(found: ArrayLike<number>, certified: readonly number[]): number {
  return Math.min(
    ...certified.map((value, i) => {
      const error = Math.abs(found[i]! - value) / (value === 0 ? 1 : Math.abs(value));
      return error === 0 ? 15 : Math.max(0, Math.min(15, -Math.log10(error)));
    }),
  );
}
