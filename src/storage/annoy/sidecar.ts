/** What stands beside an Annoy file: the fields of its `.meta`, checked on the way in, and printed on the way out. */
import type { AnnoyMetric } from '../../data/annoy-metric.js';
import { annoyMetricIds } from '../../data/annoy-metric.js';
import { annoyBlockBytes, annoyMostDimensions } from '../../native/annoy.js';
import type { DcfField } from './dcf.js';
import { dcfError, parseDcf, printDcf } from './dcf.js';

/** What an Annoy file is, as its sidecar says. Fields that only inform are undefined where it says nothing of them. */
export interface AnnoySidecar {
  readonly metadataVersion: string;
  /** Of the package that built it. */
  readonly packageVersion: string | undefined;
  readonly annoyVersion: string | undefined;
  /** `annoy-20260327005522-c2eab887babb`. */
  readonly id: string;
  readonly metric: AnnoyMetric;
  readonly dimension: number;
  readonly items: number;
  readonly trees: number;
  readonly buildSeed: number | bigint | undefined;
  /** As asked for; −1: not. */
  readonly buildThreads: number | undefined;
  readonly buildBackend: string | undefined;
  readonly fileSize: number;
  /** Milliseconds since 1970. */
  readonly fileMillis: number | undefined;
  /** 32 hexadecimal digits. */
  readonly fileMd5: string;
  readonly loadMode: 'lazy' | 'eager' | undefined;
  /** The name that the file had, without its folder. */
  readonly indexFile: string | undefined;
  /** XXH3-64, little-endian, of each `annoyBlockBytes` of the file. */
  readonly blockSums: Uint8Array | undefined;
  readonly seeding: 'tree' | 'annoy' | undefined;
}

/** Bytes of sums in one line of text. */
const sumLineBytes = 72;

/** How many bytes a sidecar may have, beside so large an index. */
export function mostSidecarBytes(indexBytes: number): number {
  return 65_536 + 16 * Math.ceil(indexBytes / annoyBlockBytes);
}

/** @throws EngineError `format` naming file, line and field */
export function parseSidecar(bytes: Uint8Array, path: string): AnnoySidecar {
  const read = new Fields(parseDcf(bytes, path), path);
  const fileSize = read.whole('file_size', 1);
  return {
    metadataVersion: read.matching('metadata_version', /^[\w.-]{1,32}$/, 'must be a version'),
    packageVersion: read.note('package_version'),
    annoyVersion: read.note('annoy_version'),
    id: read.matching('index_id', /^[\w.:-]{1,128}$/, 'must be an identifier'),
    metric: read.metric(),
    dimension: read.whole('n_dim', 1, annoyMostDimensions),
    items: read.whole('n_ref', 1, 2 ** 31 - 1),
    trees: read.whole('n_trees', 1, 2 ** 31 - 1),
    buildSeed: read.seed(),
    buildThreads: read.optional('build_threads', () => read.whole('build_threads', -1, 2 ** 31 - 1)),
    buildBackend: read.note('build_backend'),
    fileSize,
    fileMillis: read.optional('file_mtime', () => read.time('file_mtime')),
    fileMd5: read.matching('file_md5', /^[0-9a-f]{32}$/i, 'must be 32 hexadecimal digits').toLowerCase(),
    loadMode: read.optional('load_mode', () => read.oneOf('load_mode', ['lazy', 'eager'])),
    indexFile: read.optional('index_file', () => read.text('index_file').split(/[/\\]/).at(-1)!),
    blockSums: read.optional('spillway_block_sums', () => read.sums('spillway_block_sums', fileSize)),
    seeding: read.optional('spillway_seeding', () => read.oneOf('spillway_seeding', ['tree', 'annoy'])),
  };
}

/** A sidecar as bigANNOY reads it, with fields of our own that it passes over. */
export function printSidecar(sidecar: AnnoySidecar): string {
  const { fileMillis, blockSums } = sidecar;
  const fields: (readonly [string, string | readonly string[] | undefined])[] = [
    ['metadata_version', sidecar.metadataVersion],
    ['package_version', sidecar.packageVersion],
    ['annoy_version', sidecar.annoyVersion],
    ['index_id', sidecar.id],
    ['metric', sidecar.metric],
    ['n_dim', String(sidecar.dimension)],
    ['n_ref', String(sidecar.items)],
    ['n_trees', String(sidecar.trees)],
    ['build_seed', sidecar.buildSeed === undefined ? 'NA' : String(sidecar.buildSeed)],
    ['build_threads', String(sidecar.buildThreads ?? -1)],
    ['build_backend', sidecar.buildBackend],
    ['file_size', String(sidecar.fileSize)],
    ['file_mtime', fileMillis === undefined ? undefined : new Date(fileMillis).toISOString()],
    ['file_md5', sidecar.fileMd5],
    ['load_mode', sidecar.loadMode],
    ['index_file', sidecar.indexFile],
    ['spillway_seeding', sidecar.seeding],
    ['spillway_block_sums', blockSums === undefined ? undefined : sumLines(blockSums)],
  ];
  return printDcf(
    fields.filter((field): field is readonly [string, string | readonly string[]] => field[1] !== undefined),
  );
}

function sumLines(sums: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let from = 0; from < sums.length; from += sumLineBytes) {
    lines.push(Buffer.from(sums.subarray(from, from + sumLineBytes)).toString('base64'));
  }
  return lines;
}

/** As R prints them, too: 100000 is `1e+05` there. */
const wholeNumber = /^-?\d{1,16}(\.\d{1,15})?(e\+?\d{1,2})?$/i;

/** Fields of a sidecar, none of them believed. */
class Fields {
  readonly #fields: ReadonlyMap<string, DcfField>;
  readonly #path: string;

  constructor(fields: ReadonlyMap<string, DcfField>, path: string) {
    this.#fields = fields;
    this.#path = path;
  }

  #field(name: string): DcfField {
    const field = this.#fields.get(name);
    if (field === undefined) throw dcfError(this.#path, 1, `${name} is missing; every sidecar has it`);
    return field;
  }

  #wrong(name: string, what: string): Error {
    const found = this.text(name);
    const shown = JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found);
    return dcfError(this.#path, this.#field(name).line, `${name} ${what}, not ${shown}`);
  }

  text(name: string): string {
    return this.#field(name).lines.join(' ').trim();
  }

  /** Undefined where the file has no such field, or R's mark for "nothing". */
  optional<T>(name: string, read: () => T): T | undefined {
    if (!this.#fields.has(name)) return undefined;
    const text = this.text(name);
    return text === '' || text === 'NA' ? undefined : read();
  }

  /** Text that only informs: short enough to be shown. */
  note(name: string): string | undefined {
    return this.optional(name, () => this.matching(name, /^[^\p{Cc}]{1,200}$/u, 'must be a short text'));
  }

  matching(name: string, pattern: RegExp, what: string): string {
    const text = this.text(name);
    if (!pattern.test(text)) throw this.#wrong(name, what);
    return text;
  }

  whole(name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
    const text = this.text(name);
    const value = wholeNumber.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${String(most)}`;
    throw this.#wrong(name, `must be a whole number from ${String(least)}${range}`);
  }

  oneOf<T extends string>(name: string, valid: readonly T[]): T {
    const text = this.text(name);
    const found = valid.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw this.#wrong(name, `must be ${valid.join(' or ')}`);
  }

  metric(): AnnoyMetric {
    return this.oneOf('metric', Object.keys(annoyMetricIds) as AnnoyMetric[]);
  }

  seed(): number | bigint | undefined {
    return this.optional('build_seed', () => {
      const text = this.text('build_seed');
      if (!/^\d{1,20}$/.test(text)) return this.whole('build_seed', 0);
      const seed = BigInt(text);
      if (seed >= 2n ** 64n) throw this.#wrong('build_seed', 'must be below 2^64');
      return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed;
    });
  }

  /**
   * A time as ISO 8601 has it, as R prints it (in UTC), or in seconds since 1970; undefined for one in another zone or way of
   * writing: it only warns of copies.
   */
  time(name: string): number | undefined {
    const text = this.matching(name, /^[^\p{Cc}]{1,64}$/u, 'must be a time');
    if (/^\d{1,12}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
    const printed = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:Z|UTC|GMT)?$/.exec(text);
    const millis = printed === null ? Number.NaN : Date.parse(`${printed[1]!}T${printed[2]!}Z`);
    return Number.isNaN(millis) ? undefined : millis;
  }

  sums(name: string, fileSize: number): Uint8Array {
    const { lines, line } = this.#field(name);
    const wanted = 8 * Math.ceil(fileSize / annoyBlockBytes);
    const text = lines.join('');
    // More than a sidecar of this size can have is not worth decoding.
    const most = 4 * Math.ceil(wanted / 3);
    const sums =
      text.length <= most && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
    if (sums?.length === wanted) return new Uint8Array(sums.buffer, sums.byteOffset, sums.length);
    throw dcfError(
      this.#path,
      line,
      `${name} must be ${String(wanted)} bytes in base64, 8 for each ${String(annoyBlockBytes)} of file_size`,
    );
  }
}
