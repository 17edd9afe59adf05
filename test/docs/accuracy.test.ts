/** The table of certified digits in docs/accuracy.md is what fits reach today. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { linalg, lm, tbl } from 'spillway';

import { exactFit } from '../folds/linear/exact-fit.js';
import { digits, nistData, termsOf } from '../golden/nist/nist-data.js';
import type { NistData } from '../golden/nist/nist-data.js';

const levels: Readonly<Record<string, string>> = {
  Norris: 'lower',
  Pontius: 'lower',
  NoInt1: 'average',
  NoInt2: 'average',
};

const order = [
  'Norris',
  'Pontius',
  'NoInt1',
  'NoInt2',
  'Filip',
  'Longley',
  'Wampler1',
  'Wampler2',
  'Wampler3',
  'Wampler4',
  'Wampler5',
];

function designOf(data: NistData): (readonly number[])[] {
  return [...(data.intercept ? [data.y.map(() => 1)] : []), ...Object.values(termsOf(data))];
}

/** The digits that a method reaches; none where it gives up. */
function reached(solve: () => ArrayLike<number>, certified: readonly number[]): string {
  try {
    return digits(solve(), certified).toFixed(1);
  } catch {
    return 'fails';
  }
}

/** The columns of one line: what `lm` reaches, and what others make of the same floats. */
async function lineOf(data: NistData): Promise<readonly string[]> {
  const terms = termsOf(data);
  const { certified } = data;
  const query = tbl<Record<string, number>>({ ...terms, y: data.y });
  const fit = await lm(query, { y: 'y', x: Object.keys(terms), intercept: data.intercept });
  const design = designOf(data);
  const x = linalg.transpose(linalg.matrix(design));
  const own: [ArrayLike<number>, readonly number[]][] = [
    [Object.values(fit.coefficients), certified.coefficients],
    [Object.values(fit.standardErrors), certified.standardErrors],
    [[fit.residualStandardError], [certified.residualStandardError]],
    [[fit.rSquared], [certified.rSquared]],
  ];
  return [
    data.name,
    levels[data.name] ?? 'higher',
    ...own.map(([found, values]) => digits(found, values).toFixed(1)),
    reached(() => exactFit([...design, data.y]).coefficients, certified.coefficients),
    reached(() => linalg.qrSolve(x, data.y), certified.coefficients),
    reached(
      () => linalg.solve(linalg.crossprod(x), linalg.crossprod(x, data.y).data),
      certified.coefficients,
    ),
  ];
}

test('the table of certified digits', async () => {
  expect(nistData.map(({ name }) => name).sort()).toEqual([...order].sort());
  const head = [
    'data set',
    'level',
    'coefficients',
    'errors',
    'residual sd',
    'R²',
    'exact',
    'QR',
    "X'X in floats",
  ];
  const lines = await Promise.all(order.map((name) => lineOf(nistData.find((data) => data.name === name)!)));
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const table = [row(head), rule, ...lines.map(row)].join('\n');
  const doc = readFileSync(new URL('../../docs/accuracy.md', import.meta.url), 'utf8');
  expect(doc).toContain(table);
});

test('what the certified values say of the data: they reproduce the residual deviation', () => {
  for (const data of nistData) {
    const columns = [...designOf(data), data.y];
    const exact = exactFit(columns);
    const deviation = Math.sqrt(exact.residualSumOfSquares / data.certified.dfResidual);
    expect(digits([deviation], [data.certified.residualStandardError]), data.name).toBeGreaterThan(8);
    expect(digits(exact.coefficients, data.certified.coefficients), data.name).toBeGreaterThan(7.5);
  }
});

test('every data set reaches the digits that its floats carry', async () => {
  for (const data of nistData) {
    const [, , coefficients, errors, residual, , exact] = await lineOf(data);
    expect(Number(coefficients), data.name).toBeGreaterThan(Number(exact) - 0.5);
    expect(Number(errors), data.name).toBeGreaterThan(8);
    expect(Number(residual), data.name).toBeGreaterThan(8);
  }
});
