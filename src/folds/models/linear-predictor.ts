/** The linear predictor of a fit: its coefficients applied to rows, tables and plans. */
import { EngineError } from '../../base/engine-error.js';
import { bitAt } from '../../data/bitmap.js';
import { isValid } from '../../data/column.js';
import type { Table } from '../../data/table.js';
import { int8, typeName } from '../../data/types.js';
import { call, cast, literal } from '../../expr/build.js';
import type { Expr } from '../../expr/expr.js';
import type { NamedArgument } from '../ready/fold-arguments.js';
import { unknownColumn } from '../../expr/unknown-column.js';

/** A row by the names of terms; booleans count as 0 and 1. */
export type PredictorRow<Name extends string = string> = Readonly<
  Record<Name, number | bigint | boolean | null | undefined>
>;

export interface LinearPredictor {
  /** Without the intercept. */
  readonly terms: readonly NamedArgument[];
  readonly intercept: number;
  /** One for each term; NaN for an aliased one, which counts as 0. */
  readonly slopes: readonly number[];
}

/** NaN where a term is null. @throws EngineError `plan` for a term that the row does not have */
export function predictRow(predictor: LinearPredictor, row: object): number {
  let sum = predictor.intercept;
  predictor.terms.forEach(({ name }, i) => {
    if (!Object.hasOwn(row, name)) throw unknownColumn(name, Object.keys(row));
    const value: unknown = (row as Record<string, unknown>)[name];
    const slope = predictor.slopes[i]!;
    if (value === null || value === undefined) sum = NaN;
    else if (!Number.isNaN(slope)) sum += slope * numberOf(value, name);
  });
  return sum;
}

function numberOf(value: unknown, name: string): number {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return Number(value);
  throw noNumber(name, typeof value);
}

function noNumber(name: string, found: string): EngineError {
  return new EngineError('type', `predict takes numbers; ${JSON.stringify(name)} is ${found}`, {
    detail: { column: name },
  });
}

/** One value per row; NaN where a term is null. Columns are found by the names of the terms. */
export function predictTable(predictor: LinearPredictor, table: Table): Float64Array {
  const out = new Float64Array(table.numRows).fill(predictor.intercept);
  predictor.terms.forEach(({ name }, i) => {
    const slope = predictor.slopes[i]!;
    const { data } = table.column(name);
    if (data.layout !== 'fixed' && data.layout !== 'bits') throw noNumber(name, typeName(data.type));
    for (let r = 0; r < out.length; r++) {
      if (!isValid(data, r)) out[r] = NaN;
      else if (!Number.isNaN(slope))
        out[r]! += slope * Number(data.layout === 'bits' ? bitAt(data.bits, r) : data.values[r]);
    }
  });
  return out;
}

/**
 * The same as an expression of the columns that the fit was made of, for plans.
 *
 * @param booleans names of the terms that are truth values, which arithmetic wants as numbers
 */
export function predictorExpr(predictor: LinearPredictor, booleans: ReadonlySet<string>): Expr {
  return predictor.terms.reduce<Expr>((sum, { name, expr }, i) => {
    const slope = predictor.slopes[i]!;
    if (Number.isNaN(slope)) return sum;
    return call('add', [sum, call('mul', [booleans.has(name) ? cast(expr, int8) : expr, literal(slope)])]);
  }, literal(predictor.intercept));
}
