/** The footer of a .vtr file: its schema and the list of its statistics segments, as bytes and back. */
import { EngineError } from '../../base/engine-error.js';
import type { Field } from '../../data/schema.js';
import { Schema } from '../../data/schema.js';
import type { DataType, TimeUnit, TypeKind } from '../../data/types.js';
import { timestamp, typeIds } from '../../data/types.js';
import type { VtrSegment } from '../../native/vtr.js';
import { ByteCursor, ByteSheet, MalformedBytes } from './byte-cursor.js';
import { headerBytes, maxColumns } from './layout.js';

export interface Footer {
  readonly schema: Schema;
  readonly rows: number;
  readonly segments: readonly VtrSegment[];
}

/** "VFTR" */
const footerMagic = 0x52544656;
const maxNameBytes = 65_535;
const units: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];
const noUnit = 255;
const kinds = new Map<number, TypeKind>(Object.entries(typeIds).map(([kind, id]) => [id, kind as TypeKind]));
const segmentBytes = 40;
/** Column's least bytes: empty name, type, flags, unit, empty zone. */
const leastColumnBytes = 7;

function encodeField(sheet: ByteSheet, field: Field): void {
  if (Buffer.byteLength(field.name) > maxNameBytes) {
    throw new EngineError('limit', `a column's name takes more than ${maxNameBytes} bytes in a .vtr file`, {
      detail: { name: `${field.name.slice(0, 100)}…` },
    });
  }
  sheet.text(field.name);
  sheet.u8(typeIds[field.type.kind]);
  sheet.u8(field.nullable ? 1 : 0);
  sheet.u8(field.type.kind === 'timestamp' ? units.indexOf(field.type.unit) : noUnit);
  sheet.text(field.type.kind === 'timestamp' ? (field.type.zone ?? '') : '');
}

/** @throws EngineError `limit`: too many columns, or a name too long */
export function encodeFooter(footer: Footer): Uint8Array {
  const { fields } = footer.schema;
  if (fields.length > maxColumns) {
    throw new EngineError('limit', `a .vtr file has at most ${maxColumns} columns, not ${fields.length}`);
  }
  const sheet = new ByteSheet();
  sheet.u32(footerMagic);
  sheet.u32(fields.length);
  sheet.u64(footer.rows);
  sheet.u32(footer.segments.length);
  sheet.u32(0);
  for (const segment of footer.segments) {
    sheet.u64(segment.offset);
    sheet.u64(segment.bytes);
    sheet.u64(segment.directoryChecksum);
    sheet.u64(segment.rows);
    sheet.u32(segment.groups);
    sheet.u32(0);
  }
  for (const field of fields) encodeField(sheet, field);
  sheet.align8();
  return sheet.bytes();
}

function decodeType(cursor: ByteCursor): { type: DataType; nullable: boolean } {
  const kind = kinds.get(cursor.u8('type of a column'));
  if (kind === undefined) throw new MalformedBytes('a column of an unknown type', cursor.at - 1);
  const flags = cursor.u8('flags of a column');
  if (flags > 1) throw new MalformedBytes('unknown flags of a column', cursor.at - 1);
  const unit = cursor.u8('unit of a column');
  const zone = cursor.text('zone of a column');
  if (kind !== 'timestamp') return { type: Object.freeze({ kind }), nullable: flags === 1 };
  const known = units[unit];
  if (known === undefined) throw new MalformedBytes('a timestamp of an unknown unit', cursor.at);
  return { type: timestamp(known, zone === '' ? undefined : zone), nullable: flags === 1 };
}

function decodeSegment(cursor: ByteCursor, fileBytes: number): VtrSegment {
  const offset = cursor.size('offset of a segment');
  const bytes = cursor.size('size of a segment');
  const directoryChecksum = cursor.u64('checksum of a segment');
  const rows = cursor.size('rows of a segment');
  const groups = cursor.u32('row groups of a segment');
  cursor.u32('reserved');
  if (offset < headerBytes || offset > fileBytes || bytes > fileBytes - offset) {
    throw new MalformedBytes(`a statistics segment outside the file of ${fileBytes} bytes`, cursor.at);
  }
  return { offset, bytes, directoryChecksum, groups, rows };
}

/**
 * Reads what `encodeFooter` wrote. `laterMinor`: the file is of a later minor version, whose further fields are skipped.
 *
 * @throws MalformedBytes
 */
export function decodeFooter(bytes: Uint8Array, fileBytes: number, laterMinor: boolean): Footer {
  const cursor = new ByteCursor(bytes);
  if (cursor.u32('magic') !== footerMagic) throw new MalformedBytes('a footer without its magic', 0);
  const columns = cursor.u32('count of columns');
  const rows = cursor.size('count of rows');
  const count = cursor.u32('count of segments');
  cursor.u32('reserved');
  if (columns > maxColumns || columns * leastColumnBytes + count * segmentBytes > cursor.left) {
    throw new MalformedBytes(`${columns} columns and ${count} segments in ${bytes.length} bytes`, 4);
  }
  const segments = Array.from({ length: count }, () => decodeSegment(cursor, fileBytes));
  if (segments.reduce((sum, segment) => sum + segment.rows, 0) !== rows) {
    throw new MalformedBytes('segments that do not add up to the rows', 8);
  }
  const fields: Field[] = [];
  const names = new Set<string>();
  for (let i = 0; i < columns; i += 1) {
    const name = cursor.text('name of a column');
    if (names.has(name)) throw new MalformedBytes(`two columns named ${JSON.stringify(name)}`, cursor.at);
    names.add(name);
    fields.push({ name, ...decodeType(cursor) });
  }
  if (!laterMinor && cursor.left >= 8) throw new MalformedBytes('bytes behind the columns', cursor.at);
  return { schema: new Schema(fields), rows, segments };
}
