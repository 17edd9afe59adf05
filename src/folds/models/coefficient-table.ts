/** The table of coefficients that fits print: estimates, errors, tests and stars. */
import { formatColumn, formatProbabilities } from './format-numbers.js';

export interface CoefficientRows {
  readonly names: readonly string[];
  readonly estimates: ArrayLike<number>;
  readonly standardErrors: ArrayLike<number>;
  readonly statistics: ArrayLike<number>;
  readonly pValues: ArrayLike<number>;
}

const levels = [
  [0.001, '***'],
  [0.01, '**'],
  [0.05, '*'],
  [0.1, '.'],
] as const;

const legend = "Signif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1";

/** What a fit tells of its coefficients, by name. */
export interface FittedCoefficients {
  readonly names: readonly string[];
  readonly coefficients: Readonly<Record<string, number>>;
  readonly standardErrors: Readonly<Record<string, number>>;
  readonly pValues: Readonly<Record<string, number>>;
  readonly aliased: readonly string[];
}

/** The heading and the table of a fit, whose tests are given beside. */
export function coefficientLines(
  fit: FittedCoefficients,
  statistics: Readonly<Record<string, number>>,
  letter: 't' | 'z',
): string[] {
  const at = (numbers: Readonly<Record<string, number>>): number[] =>
    fit.names.map((name) => numbers[name] ?? NaN);
  const aliased = fit.aliased.length;
  const rows = {
    names: fit.names,
    estimates: at(fit.coefficients),
    standardErrors: at(fit.standardErrors),
    statistics: at(statistics),
    pValues: at(fit.pValues),
  };
  const heading =
    aliased === 0
      ? 'Coefficients:'
      : `Coefficients: (${String(aliased)} not defined because of singularities)`;
  return [heading, coefficientTable(rows, letter)];
}

/** @param letter of the test: `t` or `z` */
export function coefficientTable(rows: CoefficientRows, letter: 't' | 'z'): string {
  const estimates = Array.from(rows.estimates);
  const errors = Array.from(rows.standardErrors);
  const p = Array.from(rows.pValues);
  // Estimates and their errors have the same places, to be read side by side.
  const both = [...estimates, ...errors];
  const cells = formatColumn(rounded(both, decimalPlaces(both)), 4);
  const columns = [
    ['Estimate', ...cells.slice(0, estimates.length)],
    ['Std. Error', ...cells.slice(estimates.length)],
    [`${letter} value`, ...formatColumn(rounded(Array.from(rows.statistics), 3), 4)],
    [`Pr(>|${letter}|)`, ...formatProbabilities(p)],
  ].map(alignRight);
  const names = alignLeft(['', ...rows.names]);
  const stars = p.some((value) => value < 0.1) ? alignLeft(['', ...p.map(starsOf)]) : undefined;
  const lines = names.map((name, i) =>
    [name, ...columns.map((column) => column[i]!), ...(stars === undefined ? [] : [stars[i]!])].join(' '),
  );
  return [...lines.map((line) => line.trimEnd()), ...(stars === undefined ? [] : ['---', legend])].join('\n');
}

/** Places after the point that give the smallest of the numbers about four digits. */
function decimalPlaces(values: readonly number[]): number {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  if (sizes.length === 0) return 1;
  return Math.max(1, 4 - (1 + Math.floor(Math.log10(Math.min(...sizes)))));
}

function rounded(values: readonly number[], places: number): number[] {
  return values.map((value) =>
    places > 100 || !Number.isFinite(value) ? value : Number(value.toFixed(places)),
  );
}

function starsOf(p: number): string {
  return levels.find(([below]) => p < below)?.[1] ?? '';
}

function alignRight(cells: readonly string[]): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padStart(width));
}

function alignLeft(cells: readonly string[]): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padEnd(width));
}
