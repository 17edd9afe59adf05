/** What row callbacks get: the columns as expressions, by property, by `$`, or by call where there is no row type. */
import { EngineError } from '../base/engine-error.js';
import type { Schema } from '../data/schema.js';
import { buildColumn } from './expression.js';
import type { ExpressionObject } from './expression.js';
import type { ExpressionOf, UntypedExpression } from './methods.js';
import type { ReservedName } from './row-names.js';
import { isReservedName } from './row-names.js';
import { unknownColumn } from './unknown-column.js';

/** The columns of a query whose row type is known. */
export type DottedColumns<Row> = {
  readonly [K in Exclude<keyof Row, ReservedName>]: ExpressionOf<Row[K]>;
} & {
  /** A column by a name that no property can have, such as `then`. */
  $<K extends keyof Row & string>(name: K): ExpressionOf<Row[K]>;
};

/** The columns of a query whose row type is not known. */
export interface ColumnLookup {
  (name: string): UntypedExpression;
  $(name: string): UntypedExpression;
}

/** What a callback over rows of type `Row` gets. */
export type Columns<Row> = string extends keyof Row ? ColumnLookup : DottedColumns<Row>;

/**
 * The object that a callback gets for rows of `schema`: `r.delay`, `r.$('then')` and, for queries without a row type,
 * `c('delay')`.
 */
export function columnsOf(schema: Schema): unknown {
  const lookup = (name: unknown): ExpressionObject => {
    if (typeof name !== 'string' || !schema.has(name)) throw unknownColumn(String(name), schema.names);
    return buildColumn(name);
  };
  return new Proxy(lookup, {
    get: (_, key) => property(key, schema, lookup),
    has: (_, key) => typeof key === 'string' && schema.has(key),
    set: (_, key) => refuse(`assign to ${String(key)}`),
    deleteProperty: (_, key) => refuse(`delete ${String(key)}`),
  });
}

function property(
  key: string | symbol,
  schema: Schema,
  lookup: (name: unknown) => ExpressionObject,
): unknown {
  // Symbols and `then` are asked by the language itself: by printing, by await.
  if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
  if (key === '$') return lookup;
  if (!isReservedName(key)) return lookup(key);
  if (schema.has(key))
    throw new EngineError(
      'plan',
      `the column ${JSON.stringify(key)} is reached by r.$(${JSON.stringify(key)})`,
      {
        detail: { column: key },
      },
    );
  throw unknownColumn(key, schema.names);
}

function refuse(what: string): never {
  throw new EngineError('plan', `the columns of a row cannot be changed; to ${what}, use mutate or select`);
}
