/** What an apache-arrow table looks like from outside, known by its shape so that any copy of the library will do. */
import type { DataType, TimeUnit } from './types.js';
import * as types from './types.js';

export interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  readonly precision?: number;
  readonly unit?: number;
  readonly timezone?: string | null;
  readonly dictionary?: ArrowType;
  toString(): string;
}

export interface ArrowData {
  readonly type: ArrowType;
  readonly length: number;
  readonly offset: number;
  readonly nullCount: number;
  readonly values: unknown;
  readonly valueOffsets?: unknown;
  readonly nullBitmap?: Uint8Array | null;
  readonly children: readonly ArrowData[];
  readonly dictionary?: { readonly data: readonly ArrowData[] };
}

export interface ArrowField {
  readonly name: string;
  readonly nullable: boolean;
  readonly type: ArrowType;
}

export interface ArrowBatch {
  readonly numRows: number;
  readonly data: ArrowData;
}

export interface ArrowTableLike {
  readonly schema: { readonly fields: readonly ArrowField[] };
  readonly batches: readonly ArrowBatch[];
}

export function isArrowTable(value: unknown): value is ArrowTableLike {
  if (typeof value !== 'object' || value === null) return false;
  const table = value as Partial<ArrowTableLike>;
  if (!Array.isArray(table.batches) || !Array.isArray(table.schema?.fields)) return false;
  return table.schema.fields.every((f: unknown) => {
    const field = f as Partial<ArrowField> | null;
    return typeof field?.name === 'string' && typeof field.type?.typeId === 'number';
  });
}

/** Numbers of types in Arrow's own enumeration. */
export const arrowTypeId = {
  dictionary: -1,
  int: 2,
  float: 3,
  utf8: 5,
  bool: 6,
  date: 8,
  timestamp: 10,
  largeUtf8: 20,
} as const;

const units: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];

/** Our type for an Arrow type; undefined where there is none. */
export function fromArrowType(type: ArrowType): DataType | undefined {
  switch (type.typeId) {
    case arrowTypeId.dictionary:
      return type.dictionary === undefined ? undefined : fromArrowType(type.dictionary);
    case arrowTypeId.int:
      return integer(type.bitWidth ?? 0, type.isSigned ?? true);
    case arrowTypeId.float:
      return [undefined, types.float32, types.float64][type.precision ?? 0];
    case arrowTypeId.utf8:
    case arrowTypeId.largeUtf8:
      return types.utf8;
    case arrowTypeId.bool:
      return types.bool;
    case arrowTypeId.date:
      return types.date;
    case arrowTypeId.timestamp: {
      const unit = units[type.unit ?? -1];
      if (unit === undefined) return undefined;
      return types.timestamp(unit, type.timezone ?? undefined);
    }
    default:
      return undefined;
  }
}

function integer(bits: number, signed: boolean): DataType | undefined {
  const known = new Map<number, readonly [DataType, DataType]>([
    [8, [types.int8, types.uint8]],
    [16, [types.int16, types.uint16]],
    [32, [types.int32, types.uint32]],
    [64, [types.int64, types.uint64]],
  ]).get(bits);
  return known?.[signed ? 0 : 1];
}

export function arrowTypeName(type: ArrowType): string {
  const name = String(type);
  return name.startsWith('[object') ? `number ${String(type.typeId)}` : name;
}
