/** A least squares fit as text, in the order that statisticians look for things. */
import { coefficientLines } from '../models/coefficient-table.js';
import { formatNumber, formatProbability } from '../models/format-numbers.js';

/** What is printed of a fit. */
export interface PrintedFit {
  readonly formula: string;
  readonly names: readonly string[];
  readonly coefficients: Readonly<Record<string, number>>;
  readonly standardErrors: Readonly<Record<string, number>>;
  readonly tValues: Readonly<Record<string, number>>;
  readonly pValues: Readonly<Record<string, number>>;
  readonly aliased: readonly string[];
  readonly rSquared: number;
  readonly adjustedRSquared: number;
  readonly fStatistic:
    | { readonly value: number; readonly df1: number; readonly df2: number; readonly pValue: number }
    | undefined;
  readonly residualStandardError: number;
  readonly dfResidual: number;
  readonly sumOfSquares: { readonly total: number; readonly residual: number };
  readonly rows: number;
  readonly skipped: number;
}

/** Residuals below this share of the response are rounding, not residuals. */
const perfectFit = 1e-30;

export function printLinearModel(fit: PrintedFit): string {
  const lines = [`lm(${fit.formula})`, '', ...coefficientLines(fit, fit.tValues, 't'), '', residualLine(fit)];
  if (fit.fStatistic !== undefined) {
    const { value, df1, df2, pValue } = fit.fStatistic;
    lines.push(
      `Multiple R-squared: ${formatNumber(fit.rSquared, 4)}, Adjusted R-squared: ${formatNumber(fit.adjustedRSquared, 4)}`,
      `F-statistic: ${formatNumber(value, 4)} on ${String(df1)} and ${String(df2)} DF, p-value: ${formatProbability(pValue, 4)}`,
    );
  }
  const skipped =
    fit.skipped === 0 ? '' : `, ${fit.skipped.toLocaleString('en-US')} skipped because of nulls`;
  lines.push(`${fit.rows.toLocaleString('en-US')} rows${skipped}`);
  const { residual, total } = fit.sumOfSquares;
  if (fit.dfResidual > 0 && residual <= perfectFit * total && total > 0)
    lines.push('The fit is perfect but for rounding: its standard errors and tests say nothing.');
  return lines.join('\n');
}

function residualLine(fit: PrintedFit): string {
  if (fit.dfResidual <= 0) return 'No residual degrees of freedom: there are as many terms as rows.';
  return `Residual standard error: ${formatNumber(fit.residualStandardError, 4)} on ${String(fit.dfResidual)} degrees of freedom`;
}
