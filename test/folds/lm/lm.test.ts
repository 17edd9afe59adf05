/** lm through the engine: reference values, weights, nulls, feeders, settings, what it refuses. */
import { describe, expect, test } from 'vitest';

import { lm, tbl } from 'spillway';

import { digits, nistData } from '../../golden/nist/nist-data.js';

const longley = nistData.find(({ name }) => name === 'Longley')!;
const longleyTerms = ['gnpDeflator', 'gnp', 'unemployed', 'armedForces', 'population', 'year'] as const;
const rows = longley.y.map((total, r) => ({
  total,
  gnpDeflator: longley.x['gnpDeflator']![r]!,
  gnp: longley.x['gnp']![r]!,
  unemployed: longley.x['unemployed']![r]!,
  armedForces: longley.x['armedForces']![r]!,
  population: longley.x['population']![r]!,
  year: longley.x['year']![r]!,
}));

describe('lm', () => {
  test('Longley through a query, as R prints it', async () => {
    const fit = await lm(tbl(rows), { y: 'total', x: longleyTerms });
    expect(digits(Object.values(fit.coefficients), longley.certified.coefficients)).toBeGreaterThan(14);
    expect(digits(Object.values(fit.standardErrors), longley.certified.standardErrors)).toBeGreaterThan(14);
    expect(fit.coefficients.gnp).toBeCloseTo(-0.035819179292591, 15);
    expect(fit).toMatchObject({ dfResidual: 9, rows: 16, skipped: 0, aliased: [] });
    expect(fit.fStatistic?.value).toBeCloseTo(330.285339234588, 9);
    expect(String(fit)).toMatchInlineSnapshot(`
      "lm(total ~ gnpDeflator + gnp + unemployed + armedForces + population + year)

      Coefficients:
                    Estimate Std. Error t value Pr(>|t|)
      (Intercept) -3.482e+06  8.904e+05  -3.911 0.003560 **
      gnpDeflator  1.506e+01  8.491e+01   0.177 0.863141
      gnp         -3.582e-02  3.349e-02  -1.070 0.312681
      unemployed  -2.020e+00  4.884e-01  -4.136 0.002535 **
      armedForces -1.033e+00  2.143e-01  -4.822 0.000944 ***
      population  -5.110e-02  2.261e-01  -0.226 0.826212
      year         1.829e+03  4.555e+02   4.016 0.003037 **
      ---
      Signif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1

      Residual standard error: 304.9 on 9 degrees of freedom
      Multiple R-squared: 0.9955, Adjusted R-squared: 0.9925
      F-statistic: 330.3 on 6 and 9 DF, p-value: 4.984e-10
      16 rows"
    `);
  });
});
