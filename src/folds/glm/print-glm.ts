/** A fit of glm as text, in the order that statisticians look for things. */
import { coefficientLines } from '../models/coefficient-table.js';
import { formatColumn, formatNumber } from '../models/format-numbers.js';
import type { NamedNumbers } from '../models/named-numbers.js';

/** What of a fit is printed. */
export interface PrintableGlm {
  readonly formula: string;
  readonly family: string;
  readonly link: string;
  readonly names: readonly string[];
  readonly coefficients: NamedNumbers;
  readonly standardErrors: NamedNumbers;
  readonly statistics: NamedNumbers;
  readonly statistic: 'z' | 't';
  readonly pValues: NamedNumbers;
  readonly aliased: readonly string[];
  readonly dispersion: number;
  readonly nullDeviance: number;
  readonly deviance: number;
  readonly dfNull: number;
  readonly dfResidual: number;
  readonly aic: number;
  readonly iterations: number;
  readonly rows: number;
  readonly skipped: number;
  readonly warnings: readonly string[];
}

export function printGlm(fit: PrintableGlm): string {
  const taken = fit.statistic === 'z' ? 'taken to be 1' : `estimated as ${formatNumber(fit.dispersion, 7)}`;
  const deviances = formatColumn([fit.nullDeviance, fit.deviance], 5);
  const skipped =
    fit.skipped === 0 ? '' : `, ${fit.skipped.toLocaleString('en-US')} skipped because of nulls`;
  return [
    `glm(${fit.formula}, family: ${fit.family}, link: ${fit.link})`,
    '',
    ...coefficientLines(fit, fit.statistics, fit.statistic),
    '',
    `(Dispersion parameter for ${fit.family} family ${taken})`,
    '',
    `    Null deviance: ${deviances[0]!}  on ${String(fit.dfNull)} degrees of freedom`,
    `Residual deviance: ${deviances[1]!}  on ${String(fit.dfResidual)} degrees of freedom`,
    `AIC: ${formatNumber(fit.aic, 5)}`,
    '',
    `Number of Fisher Scoring iterations: ${String(fit.iterations)}`,
    `${fit.rows.toLocaleString('en-US')} rows${skipped}`,
    ...fit.warnings.map((warning) => `Warning: ${warning}`),
  ].join('\n');
}
