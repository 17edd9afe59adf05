/** Our columns as an apache-arrow Table, sharing memory wherever Arrow's layout is the same. */
import type * as Arrow from 'apache-arrow';

import { alignBits } from './bitmap.js';
import type { ColumnData, NumberArray } from './column.js';
import type { Schema } from './schema.js';
import type { DataType } from './types.js';

/**
 * Loads apache-arrow at first use (it takes a tenth of a second that most programs need not spend) and the very copy
 * that the caller's own `import 'apache-arrow'` gets: Arrow does not work across copies of itself.
 */
export async function toArrowTable(
  schema: Schema,
  columns: readonly ColumnData[],
  numRows: number,
): Promise<Arrow.Table> {
  const arrow = await import('apache-arrow');
  const fields = schema.fields.map(
    (field, i) => new arrow.Field(field.name, arrowType(arrow, field.type, columns[i]), field.nullable),
  );
  const children = columns.map((column) => arrowData(arrow, column));
  const type = new arrow.Struct(fields);
  const data = makeData<Arrow.Struct>(arrow, { type, length: numRows, nullCount: 0, children });
  const arrowSchema = new arrow.Schema(fields);
  return new arrow.Table(arrowSchema, [new arrow.RecordBatch(arrowSchema, data)]);
}

function arrowType(arrow: typeof Arrow, type: DataType, column?: ColumnData): Arrow.DataType {
  switch (type.kind) {
    case 'bool':
      return new arrow.Bool();
    case 'int8':
      return new arrow.Int8();
    case 'int16':
      return new arrow.Int16();
    case 'int32':
      return new arrow.Int32();
    case 'int64':
      return new arrow.Int64();
    case 'uint8':
      return new arrow.Uint8();
    case 'uint16':
      return new arrow.Uint16();
    case 'uint32':
      return new arrow.Uint32();
    case 'uint64':
      return new arrow.Uint64();
    case 'float32':
      return new arrow.Float32();
    case 'float64':
      return new arrow.Float64();
    case 'date':
      return new arrow.DateDay();
    case 'timestamp': {
      const units = {
        s: arrow.TimeUnit.SECOND,
        ms: arrow.TimeUnit.MILLISECOND,
        us: arrow.TimeUnit.MICROSECOND,
        ns: arrow.TimeUnit.NANOSECOND,
      };
      return new arrow.Timestamp(units[type.unit], type.zone ?? null);
    }
    case 'utf8':
      if (column?.layout === 'dictionary')
        return new arrow.Dictionary(new arrow.Utf8(), codeType(arrow, column.codes));
      return new arrow.Utf8();
  }
}

function codeType(
  arrow: typeof Arrow,
  codes: NumberArray,
): Arrow.Int8 | Arrow.Int16 | Arrow.Int32 | Arrow.Uint8 | Arrow.Uint16 | Arrow.Uint32 {
  if (codes instanceof Int8Array) return new arrow.Int8();
  if (codes instanceof Int16Array) return new arrow.Int16();
  if (codes instanceof Uint8Array) return new arrow.Uint8();
  if (codes instanceof Uint16Array) return new arrow.Uint16();
  if (codes instanceof Uint32Array) return new arrow.Uint32();
  return new arrow.Int32();
}

/** Arrow types the call by the class of `type`, which is decided here at run time. */
function makeData<T extends Arrow.DataType = Arrow.DataType>(
  arrow: typeof Arrow,
  props: Readonly<Record<string, unknown>>,
): Arrow.Data<T> {
  return (arrow.makeData as unknown as (props: Readonly<Record<string, unknown>>) => Arrow.Data<T>)(props);
}

/** One Arrow dictionary per TextDictionary, so that columns and batches that share one keep sharing it. */
const dictionaries = new WeakMap<object, Arrow.Vector>();

function arrowData(arrow: typeof Arrow, column: ColumnData): Arrow.Data {
  const { length, nullCount } = column;
  const nullBitmap = column.validity === null ? undefined : alignBits(column.validity, length);
  const type = arrowType(arrow, column.type, column);
  switch (column.layout) {
    case 'fixed':
      return makeData(arrow, {
        type,
        length,
        nullCount,
        nullBitmap,
        data: column.values,
      });
    case 'bits':
      return makeData(arrow, {
        type,
        length,
        nullCount,
        nullBitmap,
        data: alignBits(column.bits, length),
      });
    case 'text':
      return makeData(arrow, {
        type,
        length,
        nullCount,
        nullBitmap,
        valueOffsets: column.offsets,
        data: column.data,
      });
    case 'dictionary': {
      let dictionary = dictionaries.get(column.dictionary);
      if (dictionary === undefined) {
        dictionary = new arrow.Vector([arrowData(arrow, column.dictionary.text)]);
        dictionaries.set(column.dictionary, dictionary);
      }
      return makeData(arrow, {
        type,
        length,
        nullCount,
        nullBitmap,
        data: column.codes,
        dictionary,
      });
    }
  }
}
