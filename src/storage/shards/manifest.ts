/** shards.json, the manifest of a folder of shards: written last, so that a folder without one is no whole offload. */
import { createHash } from 'node:crypto';
import type { DataType } from '../../data/types.js';
import { Schema } from '../../data/schema.js';
import {
  fieldFromJson,
  fieldToJson,
  MalformedManifest,
  valueFromJson,
  valueToJson,
} from './manifest-values.js';
import type { ShardEntry, ShardLayout, ShardMethod } from './shard-layout.js';

/** Which file holds the rows, and in which version. */
export interface ShardData {
  readonly file: string;
  /** The file's identity, 16 bytes. */
  readonly id: Uint8Array;
  readonly bytes: number;
  readonly sequence: number;
  readonly footerChecksum: bigint;
}

export interface ShardManifest extends ShardLayout {
  readonly data: ShardData;
}

const FORMAT = 'spillway shards';
const VERSION = 1;
const methods: readonly ShardMethod[] = ['level', 'range', 'quantile', 'hash'];
/** Shard numbers are unsigned 32-bit integers, the greatest of which means none. */
const mostNumber = 2 ** 32 - 2;
const HEAD = /^\{"checksum":"([0-9a-f]{64})","manifest":/;
const TAIL = '}\n';

/** The manifest as the text of its file: its SHA-256, then everything else. */
export function encodeManifest(manifest: ShardManifest): string {
  const { data } = manifest;
  const body = JSON.stringify({
    format: FORMAT,
    version: VERSION,
    method: manifest.method,
    by: manifest.by,
    columns: manifest.schema.fields.map(fieldToJson),
    shardColumn: manifest.shardColumn,
    bounds: manifest.bounds.map(valueToJson),
    buckets: manifest.buckets,
    rows: manifest.rows,
    data: {
      file: data.file,
      id: Buffer.from(data.id).toString('hex'),
      bytes: data.bytes,
      sequence: data.sequence,
      footerChecksum: hex64(data.footerChecksum),
    },
    shards: manifest.shards.map((shard) => [
      shard.number,
      shard.rows,
      hex64(shard.checksum),
      ...shard.key.map(valueToJson),
    ]),
  });
  return `{"checksum":"${sha256(body)}","manifest":${body}${TAIL}`;
}

/** @throws MalformedManifest saying what is wrong */
export function decodeManifest(text: string): ShardManifest {
  const checksum = HEAD.exec(text);
  if (checksum === null || !text.endsWith(TAIL)) throw new MalformedManifest('it does not look like one');
  const body = text.slice(checksum[0].length, -TAIL.length);
  if (sha256(body) !== checksum[1]) throw new MalformedManifest('it does not match its checksum');
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new MalformedManifest('it is no JSON');
  }
  return manifestFrom(recordOf(json, 'manifest'));
}

type Json = ReadonlyMap<string, unknown>;

function manifestFrom(json: Json): ShardManifest {
  if (json.get('format') !== FORMAT) throw new MalformedManifest('its format has another name');
  if (json.get('version') !== VERSION)
    throw new MalformedManifest(
      `it is of version ${String(json.get('version'))}, this release reads ${VERSION}; use a newer release`,
    );
  const fields = listOf(json, 'columns').map(fieldFromJson);
  if (new Set(fields.map((field) => field.name)).size !== fields.length)
    throw new MalformedManifest('two columns have one name');
  const schema = new Schema(fields);
  const by = listOf(json, 'by').map((name) => {
    if (typeof name === 'string' && schema.has(name)) return name;
    throw new MalformedManifest(`the key ${JSON.stringify(name)} is none of its columns`);
  });
  const types = by.map((name) => schema.field(name)!.type);
  const method = methods.find((known) => known === json.get('method'));
  if (method === undefined || types[0] === undefined)
    throw new MalformedManifest('it tells no method or key');
  const firstType = types[0];
  const layout: ShardLayout = {
    schema,
    by,
    method,
    bounds: listOf(json, 'bounds').map((bound) => valueFromJson(bound, firstType)),
    buckets: sizeOf(json, 'buckets'),
    shardColumn: textOf(json, 'shardColumn'),
    rows: sizeOf(json, 'rows'),
    shards: listOf(json, 'shards').map((shard) => shardFrom(shard, method === 'level' ? types : [])),
  };
  checkShards(layout);
  return { ...layout, data: dataFrom(recordOf(json.get('data'), 'data')) };
}

function checkShards({ shards, rows, schema, shardColumn }: ShardLayout): void {
  if (new Set(shards.map((shard) => shard.number)).size !== shards.length)
    throw new MalformedManifest('two shards have one number');
  if (shards.reduce((sum, shard) => sum + shard.rows, 0) !== rows)
    throw new MalformedManifest('the rows of its shards do not add up');
  if (schema.has(shardColumn)) throw new MalformedManifest('its column of numbers is one of the others');
}

function shardFrom(json: unknown, types: readonly DataType[]): ShardEntry {
  const [number, rows, checksum, ...key] = Array.isArray(json) ? (json as readonly unknown[]) : [];
  if (!isSize(number) || number > mostNumber || !isSize(rows) || key.length !== types.length)
    throw new MalformedManifest('a shard that is not [number, rows, checksum, ...key]');
  return {
    number,
    rows,
    checksum: unhex64(checksum),
    key: types.map((type, i) => valueFromJson(key[i], type)),
  };
}

function dataFrom(json: Json): ShardData {
  const id = textOf(json, 'id');
  const file = textOf(json, 'file');
  if (!/^[0-9a-f]{32}$/.test(id)) throw new MalformedManifest('the identity of its data file is none');
  // A manifest names a file beside itself, never one elsewhere.
  if (!/^[\w-]+\.vtr$/.test(file)) throw new MalformedManifest(`${JSON.stringify(file)} is no data file`);
  return {
    file,
    id: Buffer.from(id, 'hex'),
    bytes: sizeOf(json, 'bytes'),
    sequence: sizeOf(json, 'sequence'),
    footerChecksum: unhex64(json.get('footerChecksum')),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hex64(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(16, '0');
}

function unhex64(json: unknown): bigint {
  if (typeof json === 'string' && /^[0-9a-f]{16}$/.test(json)) return BigInt(`0x${json}`);
  throw new MalformedManifest(`${JSON.stringify(json)} is no checksum`);
}

function recordOf(json: unknown, what: string): Json {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return new Map(Object.entries(json));
  throw new MalformedManifest(`its ${what} is no object`);
}

function listOf(json: Json, name: string): readonly unknown[] {
  const list = json.get(name);
  if (Array.isArray(list)) return list as readonly unknown[];
  throw new MalformedManifest(`its ${name} is no list`);
}

function textOf(json: Json, name: string): string {
  const text = json.get(name);
  if (typeof text === 'string') return text;
  throw new MalformedManifest(`its ${name} is no text`);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function sizeOf(json: Json, name: string): number {
  const size = json.get(name);
  if (isSize(size)) return size;
  throw new MalformedManifest(`its ${name} is no size`);
}
