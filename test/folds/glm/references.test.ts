/** glm against fits in 50-digit arithmetic: every family with every link, with prior weights and with an offset. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { glm } from '../../../src/folds/glm/glm.js';
import type { FamilyName } from '../../../src/folds/glm/families.js';
import { families } from '../../../src/folds/glm/families.js';

interface Reference {
  readonly family: FamilyName;
  readonly link: string;
  readonly y: string;
  readonly x: readonly string[];
  readonly weights: string | null;
  readonly offset: string | null;
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  readonly deviance: number;
  readonly nullDeviance: number;
  readonly pearson: number;
  readonly aic: number;
}

const { data, cases } = JSON.parse(
  readFileSync(new URL('../../golden/glm/references.json', import.meta.url), 'utf8'),
) as { data: Record<string, number[]>; cases: readonly Reference[] };

function expectClose(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  const worst = expected.map((value, i) => Math.abs(actual[i]! - value) / Math.abs(value));
  expect(Math.max(...worst), `${String(Array.from(actual))} against ${String(expected)}`).toBeLessThan(
    10 ** -digits,
  );
}

describe('agrees with references', () => {
  test.each(cases)('$family $link, weights $weights, offset $offset', async (reference) => {
    const { family, y, x } = reference;
    const options = {
      ...{ y, x, family, link: reference.link as never },
      ...(reference.weights === null ? {} : { weights: reference.weights }),
      ...(reference.offset === null ? {} : { offset: reference.offset }),
    };
    let fit = await glm(data, options);
    expect(fit.converged).toBe(true);
    const values = (numbers: Readonly<Record<string, number>>): number[] =>
      fit.names.map((name) => numbers[name]!);
    expectClose([fit.deviance], [reference.deviance], 6);
    // The deviance says "converged" long before the coefficients stand still, unless the link is the family's own.
    for (let round = 0; round < 40; round++)
      fit = await glm(data, { ...options, start: values(fit.coefficients), maxIterations: 1 });
    expectClose(values(fit.coefficients), reference.coefficients, 12);
    expectClose(values(fit.standardErrors), reference.standardErrors, 12);
    const { deviance, nullDeviance, pearson, aic } = reference;
    expectClose([fit.deviance, fit.pearson, fit.aic], [deviance, pearson, aic], 12);
    expectClose([fit.nullDeviance], [nullDeviance], 11);
  });

  test('there is one for every link of every family', () => {
    const seen = new Set(cases.map(({ family, link }) => `${family} ${link}`));
    for (const [family, { links }] of Object.entries(families)) {
      for (const link of links) expect(seen).toContain(`${family} ${link}`);
    }
  });
});
