/** A schema as Arrow's C data interface lays it out in WebAssembly memory: read from there without an Arrow library. */
import { EngineError } from '../../base/engine-error.js';
import { didYouMean } from '../../base/near-names.js';
import type { Field } from '../../data/schema.js';
import { Schema } from '../../data/schema.js';
import type { DataType } from '../../data/types.js';
import * as types from '../../data/types.js';

/** Offsets in `struct ArrowSchema` where pointers have 32 bits. */
const layout = { format: 0, name: 4, flags: 16, childCount: 24, children: 32, dictionary: 36 } as const;
const nullableFlag = 2n;
/** Names and formats longer than this are damage. */
const longestText = 65_536;

const plainFormats: ReadonlyMap<string, DataType> = new Map([
  ['b', types.bool],
  ['c', types.int8],
  ['C', types.uint8],
  ['s', types.int16],
  ['S', types.uint16],
  ['i', types.int32],
  ['I', types.uint32],
  ['l', types.int64],
  ['L', types.uint64],
  ['f', types.float32],
  ['g', types.float64],
  ['u', types.utf8],
  ['U', types.utf8],
  ['tdD', types.date],
  ['tdm', types.date],
]);

/** Our type for a format string such as `l` or `tsu:UTC`; undefined where there is none. */
export function typeOfFormat(format: string): DataType | undefined {
  const time = /^ts([smun]):(.*)$/s.exec(format);
  if (time === null) return plainFormats.get(format);
  const unit = ({ s: 's', m: 'ms', u: 'us', n: 'ns' } as const)[time[1] as 's' | 'm' | 'u' | 'n'];
  return types.timestamp(unit, time[2] === '' ? undefined : time[2]);
}

class SchemaStruct {
  readonly #memory: ArrayBufferLike;
  readonly #at: number;
  readonly #view: DataView;

  constructor(memory: ArrayBufferLike, at: number) {
    this.#memory = memory;
    this.#at = at;
    this.#view = new DataView(memory);
  }

  get format(): string {
    return this.#text(layout.format);
  }

  get name(): string {
    return this.#text(layout.name);
  }

  get nullable(): boolean {
    return (this.#view.getBigInt64(this.#at + layout.flags, true) & nullableFlag) !== 0n;
  }

  get dictionary(): SchemaStruct | undefined {
    const at = this.#pointer(layout.dictionary);
    return at === 0 ? undefined : new SchemaStruct(this.#memory, at);
  }

  get children(): SchemaStruct[] {
    const count = Number(this.#view.getBigInt64(this.#at + layout.childCount, true));
    const list = this.#pointer(layout.children);
    return Array.from(
      { length: count },
      (_, i) => new SchemaStruct(this.#memory, this.#view.getUint32(list + 4 * i, true)),
    );
  }

  #pointer(offset: number): number {
    return this.#view.getUint32(this.#at + offset, true);
  }

  #text(offset: number): string {
    const start = this.#pointer(offset);
    const bytes = new Uint8Array(this.#memory, start, Math.min(longestText, this.#memory.byteLength - start));
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  }
}

/**
 * The schema at address `at`.
 *
 * @param columns only these columns, in this order; all when undefined
 * @throws EngineError `unsupported` naming a column and its type, `plan` for an unknown column
 */
export function readArrowSchema(
  memory: ArrayBufferLike,
  at: number,
  path: string,
  columns: readonly string[] | undefined,
): Schema {
  const fields = new SchemaStruct(memory, at).children.map((child) => [child.name, child] as const);
  const known = new Map(fields);
  const names = columns ?? fields.map(([name]) => name);
  return new Schema(
    names.map((name): Field => {
      const field = known.get(name);
      if (field === undefined) {
        throw new EngineError(
          'plan',
          `no column ${JSON.stringify(name)}${didYouMean(name, [...known.keys()], 'columns')}`,
          {
            detail: { column: name, columns: [...known.keys()], path },
          },
        );
      }
      const { format } = field.dictionary ?? field;
      const type = typeOfFormat(format);
      if (type !== undefined) return { name, type, nullable: field.nullable };
      throw new EngineError(
        'unsupported',
        `${path}: column ${JSON.stringify(name)} has the Arrow type ${JSON.stringify(format)}, which this release does ` +
          `not read; name the columns you want: { columns: […] }`,
        { detail: { column: name, type: format, path } },
      );
    }),
  );
}
