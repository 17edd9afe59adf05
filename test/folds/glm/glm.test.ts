/** glm through the engine: R's own examples, settings, nulls, weights, separation, feeders, what it refuses. */
import { describe, expect, test } from 'vitest';

import { GeneralizedLinearModel, Table, col, glm, lm, tbl } from 'spillway';

/** Dobson (1990), page 93: a randomised controlled trial, as in R's help of glm. */
const counts = [18, 17, 15, 20, 10, 20, 25, 13, 12];
const trial = counts.map((count, i) => ({
  count,
  outcome2: i % 3 === 1,
  outcome3: i % 3 === 2,
  treatment2: Math.floor(i / 3) === 1,
  treatment3: Math.floor(i / 3) === 2,
}));
const trialTerms = ['outcome2', 'outcome3', 'treatment2', 'treatment3'] as const;

/** McCullagh and Nelder (1989), pages 300–302: times of blood clotting, as there. */
const u = [5, 10, 15, 20, 30, 40, 60, 80, 100];
const clotting = u.map((dose, i) => ({
  dose,
  lot1: [118, 58, 42, 35, 27, 25, 21, 19, 18][i]!,
  lot2: [69, 35, 26, 21, 18, 16, 13, 12, 12][i]!,
}));

/** Rows that look random, the same in every run. */
function sample(rows: number) {
  let state = 17;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  return Array.from({ length: rows }, (_, i) => {
    const [a, b, weight] = [random() * 2 - 1, random() + random(), Math.floor(random() * 3)];
    const chance = 1 / (1 + Math.exp(0.4 - a + 0.5 * b));
    return {
      i,
      a,
      b,
      c: a + b,
      weight,
      event: random() < chance,
      count: Math.floor(random() * 4 + chance * 3),
    };
  });
}
const rows = sample(20_000);

function values(numbers: Readonly<Record<string, number>>): number[] {
  return Object.values(numbers);
}

describe("R's examples", () => {
  test('Poisson: counts of a trial', async () => {
    const fit = await glm(tbl(trial), { y: 'count', x: trialTerms, family: 'poisson' });
    expect(fit).toBeInstanceOf(GeneralizedLinearModel);
    expect(fit.coefficients['(Intercept)']).toBeCloseTo(3.044522, 6);
    expect(fit.coefficients.outcome2).toBeCloseTo(-0.4542553, 7);
    expect(fit.coefficients.outcome3).toBeCloseTo(-0.2929871, 7);
    expect(Math.abs(fit.coefficients.treatment2)).toBeLessThan(1e-14);
    expect(fit.deviance).toBeCloseTo(5.1291, 4);
    expect(fit.nullDeviance).toBeCloseTo(10.5814, 4);
    expect(fit.aic).toBeCloseTo(56.76, 2);
    expect(fit).toMatchObject({
      dfResidual: 4,
      dfNull: 8,
      iterations: 4,
      passes: 5,
      converged: true,
      warnings: [],
    });
  });

  test('gamma: times of clotting', async () => {
    const x = { 'log(u)': col('dose').ln() };
    const first = await glm(clotting, { y: 'lot1', x, family: 'gamma' });
    expect(first.coefficients['(Intercept)']).toBeCloseTo(-0.01655438, 8);
    expect(first.coefficients['log(u)']).toBeCloseTo(0.01534311, 8);
    expect(first.dispersion).toBeCloseTo(0.002446, 6);
    expect(first.aic).toBeCloseTo(37.99, 2);
    const second = await glm(clotting, { y: 'lot2', x, family: 'gamma' });
    expect(second.coefficients['(Intercept)']).toBeCloseTo(-0.02390848, 7);
    expect(second.coefficients['log(u)']).toBeCloseTo(0.02359922, 7);
    expect(String(first)).toMatchInlineSnapshot(`
      "glm(lot1 ~ log(u), family: gamma, link: inverse)

      Coefficients:
                    Estimate Std. Error t value Pr(>|t|)
      (Intercept) -0.0165544  0.0009275  -17.85 4.28e-07 ***
      log(u)       0.0153431  0.0004150   36.98 2.75e-09 ***
      ---
      Signif. codes:  0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1

      (Dispersion parameter for gamma family estimated as 0.002446036)

          Null deviance: 3.51283  on 8 degrees of freedom
      Residual deviance: 0.01673  on 7 degrees of freedom
      AIC: 37.99

      Number of Fisher Scoring iterations: 3
      9 rows"
    `);
  });
});

describe('one answer', () => {
  test('under every setting', async () => {
    const q = tbl(rows);
    const options = { y: 'event', x: ['a', 'b'], family: 'binomial' } as const;
    const fit = await glm(q, options);
    expect(fit.converged).toBe(true);
    for (const setting of [{ threads: 1 }, { threads: 8 }, { morselPages: 1 }, { memory: '16MB' }]) {
      const other = await glm(q, { ...options, ...setting });
      expect(values(other.coefficients)).toEqual(values(fit.coefficients));
      expect(values(other.standardErrors)).toEqual(values(fit.standardErrors));
      expect(other.deviance).toBe(fit.deviance);
    }
  });

  test('however the rows come', async () => {
    const options = { y: 'count', x: ['a', 'b'], family: 'poisson' } as const;
    const whole = await glm(tbl(rows), options);
    const chunks = await glm(() => [rows.slice(0, 77), rows.slice(77, 9000), rows.slice(9000)], options);
    const reversed = await glm(tbl(rows.toReversed()), options);
    const shards = await glm(await tbl(rows).offload({ by: 'weight' }), options);
    const cached = await glm(await tbl(rows).offload(), options);
    expect(values(cached.coefficients)).toEqual(values(whole.coefficients));
    for (const fit of [chunks, reversed, shards]) {
      fit.names.forEach((name) => {
        expect(fit.coefficients[name] / whole.coefficients[name]).toBeCloseTo(1, 12);
        expect(fit.standardErrors[name] / whole.standardErrors[name]).toBeCloseTo(1, 12);
      });
    }
    await expect(glm([rows.slice(0, 10)].values(), options)).rejects.toMatchObject({ code: 'argument' });
  });

  test('least squares are those of lm', async () => {
    const least = await lm(tbl(rows), { y: 'a', x: ['b', 'count'] });
    const fit = await glm(tbl(rows), { y: 'a', x: ['b', 'count'], family: 'gaussian' });
    fit.names.forEach((name) => {
      expect(fit.coefficients[name] / least.coefficients[name]).toBeCloseTo(1, 13);
      expect(fit.pValues[name]).toBeCloseTo(least.pValues[name], 12);
    });
    expect(fit.deviance / least.sumOfSquares.residual).toBeCloseTo(1, 13);
    expect(fit.nullDeviance / least.sumOfSquares.total).toBeCloseTo(1, 13);
  });
});

describe('rows that count and rows that do not', () => {
  const options = { y: 'event', x: ['a', 'b'], family: 'binomial' } as const;

  test('nulls leave a row out', async () => {
    const holes = rows.map((row, i) => ({
      ...row,
      a: i % 10 === 3 ? null : row.a,
      event: i % 17 === 5 ? null : row.event,
    }));
    const kept = rows.filter((_, i) => i % 10 !== 3 && i % 17 !== 5);
    const fit = await glm(tbl(holes), options);
    const other = await glm(tbl(kept), options);
    expect(fit).toMatchObject({ rows: kept.length, skipped: rows.length - kept.length });
    expect(values(fit.coefficients).map((v, i) => v / values(other.coefficients)[i]!)).toEqual(
      fit.names.map(() => expect.closeTo(1, 12) as number),
    );
  });

  test('a weight of 0 is no row, one of 2 is two', async () => {
    const weighted = await glm(tbl(rows), { ...options, weights: 'weight' });
    const repeated = await glm(tbl(rows.flatMap((row) => Array<typeof row>(row.weight).fill(row))), options);
    weighted.names.forEach((name) => {
      expect(weighted.coefficients[name] / repeated.coefficients[name]).toBeCloseTo(1, 9);
      expect(weighted.standardErrors[name] / repeated.standardErrors[name]).toBeCloseTo(1, 9);
    });
    expect(weighted.rows).toBe(rows.filter(({ weight }) => weight > 0).length);
  });

  test('an offset is a term of coefficient 1', async () => {
    const fit = await glm(tbl(rows), { y: 'count', x: ['a'], family: 'poisson', offset: col('b').mul(0.5) });
    const plain = await glm(tbl(rows), { y: 'count', x: ['a', 'b'], family: 'poisson' });
    expect(fit.deviance).toBeGreaterThan(plain.deviance);
    expect(fit.nullDeviance).not.toBeCloseTo(plain.nullDeviance, 3);
    const row = { a: 0.3, 'b * 0.5': 0.7 };
    const eta = fit.coefficients['(Intercept)'] + 0.3 * fit.coefficients.a + 0.7;
    expect(fit.predict(row as never, { type: 'link' })).toBeCloseTo(eta, 14);
  });

  test('terms that depend on others are left out', async () => {
    const fit = await glm(tbl(rows), { ...options, x: ['a', 'b', 'c'] });
    const without = await glm(tbl(rows), options);
    expect(fit.aliased).toEqual(['c']);
    expect(fit.coefficients.c).toBeNaN();
    expect(fit.coefficients.a / without.coefficients.a).toBeCloseTo(1, 12);
    expect(fit.dfResidual).toBe(without.dfResidual);
    expect(fit.warnings.join()).toContain('c');
    expect(String(fit)).toContain('(1 not defined because of singularities)');
  });
});

describe('fits that go wrong', () => {
  test('separation is said', async () => {
    const separated = rows.slice(0, 200).map(({ a }) => ({ a, event: a > 0 }));
    const fit = await glm(separated, { y: 'event', x: ['a'], family: 'binomial' });
    expect(fit.warnings.join()).toContain('separation');
    expect(fit.deviance).toBeLessThan(1e-3);
    expect(fit.predict({ a: 1 })).toBeGreaterThan(0.999999);
    expect(fit.predict({ a: -1 })).toBeLessThan(0.000001);
  });

  test('a step out of the domain is halved', async () => {
    const steep = Array.from({ length: 60 }, (_, i) => ({ x: i / 10, y: i < 50 ? 0 : 3 * (i - 49) }));
    const options = { y: 'y', x: ['x'], family: 'poisson', link: 'identity' } as const;
    await expect(glm(steep, options)).rejects.toThrow('no valid set of coefficients');
    const fit = await glm(steep, { ...options, start: [0.1, 1] });
    expect(fit.warnings.join()).toContain('halved');
    await expect(glm(steep, { ...options, start: [-100, 1] })).rejects.toThrow('given as start');
  });

  test('too few iterations are said', async () => {
    const fit = await glm(tbl(rows), { y: 'event', x: ['a'], family: 'binomial', maxIterations: 1 });
    expect(fit).toMatchObject({ converged: false, iterations: 1, passes: 2 });
    expect(fit.warnings.join()).toContain('did not converge in 1 iterations');
  });

  test.each([
    [{ family: 'binomal' }, 'argument', 'did you mean'],
    [{ family: 'poisson', link: 'logit' }, 'argument', 'log, identity, sqrt'],
    [{ family: 'poisson', weigths: 'a' }, 'argument', 'weigths'],
    [{ family: 'poisson', x: ['nothing'] }, 'plan', 'nothing'],
    [{ family: 'poisson', x: ['text'] }, 'type', 'text'],
    [{ family: 'poisson', y: 'a' }, 'data', 'a number from 0 on'],
    [{ family: 'poisson', weights: 'a' }, 'data', 'negative'],
    [{ family: 'poisson', x: ['bad'] }, 'data', 'NaN or infinite'],
    [{ family: 'poisson', epsilon: -1 }, 'argument', 'epsilon'],
    [{ family: 'poisson', maxIterations: 0.5 }, 'argument', 'maxIterations'],
    [{ family: 'poisson', start: [1, 2, 3] }, 'argument', '2 finite numbers'],
  ])('%j is refused', async (change, code, message) => {
    const odd = rows.slice(0, 50).map((row) => ({ ...row, text: 'x', bad: row.i === 7 ? NaN : 1 }));
    const options: unknown = { y: 'count', x: ['a'], ...change };
    const fit = glm(tbl(odd), options as never);
    await expect(fit).rejects.toMatchObject({ code });
    await expect(fit).rejects.toThrow(message);
  });

  test('no rows cannot be fitted', async () => {
    const none = tbl(rows).filter((r) => r.a.gt(5));
    await expect(glm(none, { y: 'count', x: ['a'], family: 'poisson' })).rejects.toThrow('no rows to fit');
    const empty = rows.slice(0, 9).map(({ count }) => ({ count, a: null as number | null }));
    const schema = tbl(empty.concat({ count: 1, a: 1 })).head(9);
    await expect(glm(schema, { y: 'count', x: ['a'], family: 'poisson' })).rejects.toThrow('9 were skipped');
  });
});

test('predicts rows and tables', async () => {
  const fit = await glm(tbl(trial), { y: 'count', x: trialTerms, family: 'poisson' });
  const table = await tbl(trial).collect();
  expect(table).toBeInstanceOf(Table);
  const means = fit.predict(table as unknown as Table);
  expect(means).toHaveLength(9);
  means.forEach((mean, i) => {
    expect(mean).toBeCloseTo([21, 13.3333, 15.6667][i % 3]!, 4);
    expect(fit.predict(trial[i]!)).toBe(mean);
    expect(Math.log(mean)).toBeCloseTo(fit.predict(trial[i]!, { type: 'link' }), 12);
  });
  expect(() => fit.predict(trial[0]!, { type: 'odds' as never })).toThrow('response or link');
});
