/** Numbers as tables of statistics show them, and the table itself. */
import { describe, expect, test } from 'vitest';

import { coefficientTable } from '../../../src/folds/models/coefficient-table.js';
import {
  formatColumn,
  formatNumber,
  formatProbabilities,
  formatProbability,
} from '../../../src/folds/models/format-numbers.js';

describe('columns', () => {
  test('have the places that the most demanding number needs', () => {
    expect(formatColumn([1.5, 20, 0.25], 4)).toEqual(['1.50', '20.00', '0.25']);
    expect(formatColumn([3, 40], 4)).toEqual(['3', '40']);
    expect(formatColumn([1234.5678], 4)).toEqual(['1235']);
  });

  test('have exponents where that is shorter', () => {
    expect(formatColumn([1e-9, 2], 4)).toEqual(['1e-09', '2e+00']);
    expect(formatColumn([-3482258.63, -0.0358192], 4)).toEqual(['-3.482e+06', '-3.582e-02']);
    expect(formatNumber(1e120, 4)).toBe('1e+120');
  });

  test('what is not finite is named, and does not count', () => {
    expect(formatColumn([NaN, 0.5, Infinity, -Infinity, 0], 4)).toEqual(['NA', '0.5', 'Inf', '-Inf', '0.0']);
    expect(formatColumn([NaN], 4)).toEqual(['NA']);
    expect(formatColumn([], 4)).toEqual([]);
  });
});

test('probabilities', () => {
  expect(formatProbability(4.984e-10, 4)).toBe('4.984e-10');
  expect(formatProbability(1e-300, 4)).toBe('<2.2e-16');
  expect(formatProbability(NaN, 4)).toBe('NA');
  expect(formatProbabilities([0.86314, 0.000944, 1e-7, 0, NaN])).toEqual([
    '0.863140',
    '0.000944',
    '1e-07',
    '<2e-16',
    'NA',
  ]);
});

describe('the table of coefficients', () => {
  const rows = {
    names: ['(Intercept)', 'x'],
    estimates: [-0.262323, 1.0021168],
    standardErrors: [0.2328182, 0.0004298],
    statistics: [-1.1267, 2331.606],
    pValues: [0.26767, 0],
  };

  test('estimates and errors side by side, stars and what they mean', () => {
    expect(coefficientTable(rows, 't')).toMatchInlineSnapshot(`
      "              Estimate Std. Error  t value Pr(>|t|)
      (Intercept) -0.2623230  0.2328182   -1.127    0.268
      x            1.0021168  0.0004298 2331.606   <2e-16 ***
      ---
      Signif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1"
    `);
  });

  test('no stars where nothing stands out', () => {
    const text = coefficientTable({ ...rows, pValues: [0.3, 0.2] }, 'z');
    expect(text).not.toContain('*');
    expect(text).toContain('Pr(>|z|)');
  });

  test('all zero, all missing', () => {
    const none = { names: ['a'], estimates: [NaN], standardErrors: [NaN], statistics: [NaN], pValues: [NaN] };
    expect(coefficientTable(none, 't').split('\n')[1]).toMatch(/^a +NA +NA +NA +NA$/);
    const zero = { names: ['a'], estimates: [0], standardErrors: [0], statistics: [NaN], pValues: [NaN] };
    expect(coefficientTable(zero, 't').split('\n')[1]).toMatch(/^a +0 +0 +NA +NA$/);
  });
});
