/** Reads R's serialisation (`saveRDS`, XDR, versions 2 and 3) as far as a descriptor uses it. */
import { gunzipSync } from 'node:zlib';
import type { RAtom, RValue } from './r-value.js';
import { MalformedR, mostSequenceValues, rNull } from './r-value.js';

/** Unpacked size of a descriptor at most: names of rows take the most. */
const mostBytes = 2 ** 28;
const deepest = 64;

const sexp = Object.freeze({
  symbol: 1,
  pairlist: 2,
  char: 9,
  logical: 10,
  integer: 13,
  double: 14,
  string: 16,
  list: 19,
  object: 25,
  altrep: 238,
  attributePairlist: 239,
  nil: 254,
  reference: 255,
  persistent: 247,
  package: 250,
  namespace: 249,
});

/** Whether the bytes are such a file, compressed or not. */
export function isRds(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[0] === 0x58 && bytes[1] === 0x0a);
}

/** @throws MalformedR */
export function parseRds(bytes: Uint8Array): RValue {
  let plain = bytes;
  if (bytes[0] === 0x1f) {
    try {
      plain = gunzipSync(bytes, { maxOutputLength: mostBytes });
    } catch (cause) {
      throw new MalformedR('its gzip stream is damaged or too large', { cause });
    }
  }
  return new RdsReader(plain).read();
}

type Attributes = ReadonlyMap<string, RValue>;
const noAttributes: Attributes = new Map();

class RdsReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #values = 0;
  /** What references stand for; texts are symbols. */
  readonly #seen: (string | null)[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): RValue {
    if (this.#bytes[0] !== 0x58 || this.#bytes[1] !== 0x0a)
      throw new MalformedR('it is not in the XDR form of serialisation');
    this.#at = 2;
    const version = this.#integer();
    if (version !== 2 && version !== 3) throw new MalformedR(`serialisation of version ${version}`);
    this.#at += 8; // the versions of R that wrote it, and that it needs
    if (version === 3) this.#take(this.#length());
    const value = this.#item(0);
    if (this.#at !== this.#bytes.length) throw new MalformedR('bytes follow the end');
    return value;
  }

  #take(size: number): Uint8Array {
    if (size > this.#bytes.length - this.#at) throw new MalformedR('it ends too soon');
    const taken = this.#bytes.subarray(this.#at, this.#at + size);
    this.#at += size;
    return taken;
  }

  #integer(): number {
    const at = this.#at;
    this.#take(4);
    return this.#view.getInt32(at);
  }

  #double(): number {
    const at = this.#at;
    this.#take(8);
    return this.#view.getFloat64(at);
  }

  /** A length of things of at least one byte each. */
  #length(): number {
    const length = this.#integer();
    if (length < 0 || length > this.#bytes.length - this.#at) throw new MalformedR('a length that cannot be');
    return length;
  }

  #item(depth: number): RValue {
    if (depth > deepest) throw new MalformedR('too deeply nested');
    const flags = this.#integer();
    const type = flags & 0xff;
    const hasAttributes = (flags & 0x200) !== 0;
    const hasTag = (flags & 0x400) !== 0;
    switch (type) {
      case sexp.nil:
        return rNull;
      case sexp.logical:
        return this.#vector(depth, hasAttributes, () => this.#logical());
      case sexp.integer:
        return this.#vector(depth, hasAttributes, () => {
          const value = this.#integer();
          return value === -(2 ** 31) ? null : value;
        });
      case sexp.double:
        return this.#vector(depth, hasAttributes, () => this.#double());
      case sexp.string:
        return this.#vector(depth, hasAttributes, () => this.#text());
      case sexp.list:
        return this.#list(depth, hasAttributes);
      case sexp.object:
        return this.#object(depth, hasAttributes);
      case sexp.altrep:
        return this.#altrep(depth);
      case sexp.symbol:
      case sexp.reference:
        this.#at -= 4;
        this.#symbol();
        return rNull;
      case sexp.pairlist:
      case sexp.attributePairlist:
        this.#pairs(depth, flags, hasAttributes, hasTag);
        return rNull;
      default:
        throw new MalformedR(`a value of R's type ${type}, which no descriptor has`);
    }
  }

  #logical(): RAtom {
    const value = this.#integer();
    return value === -(2 ** 31) ? null : value !== 0;
  }

  #vector(depth: number, hasAttributes: boolean, read: () => RAtom): RValue {
    const length = this.#length();
    const atoms: RAtom[] = [];
    for (let i = 0; i < length; i += 1) atoms.push(read());
    if (hasAttributes) this.#attributes(depth);
    return { kind: 'vector', atoms };
  }

  #list(depth: number, hasAttributes: boolean): RValue {
    const length = this.#length();
    const values: RValue[] = [];
    for (let i = 0; i < length; i += 1) values.push(this.#item(depth + 1));
    const names = (hasAttributes ? this.#attributes(depth) : noAttributes).get('names');
    const named = names?.kind === 'vector' ? names.atoms : [];
    return {
      kind: 'list',
      entries: values.map((value, i) => {
        const name = named[i];
        return [typeof name === 'string' ? name : '', value] as const;
      }),
    };
  }

  /** An S4 object: all of it is in its attributes. */
  #object(depth: number, hasAttributes: boolean): RValue {
    const slots = hasAttributes ? this.#attributes(depth) : noAttributes;
    const classes = slots.get('class');
    const className = classes?.kind === 'vector' ? classes.atoms[0] : undefined;
    return { kind: 'object', className: typeof className === 'string' ? className : '', slots };
  }

  #attributes(depth: number): Attributes {
    const flags = this.#integer();
    const type = flags & 0xff;
    if (type === sexp.nil) return noAttributes;
    if (type !== sexp.pairlist && type !== sexp.attributePairlist)
      throw new MalformedR('attributes that are none');
    return this.#pairs(depth, flags, type === sexp.attributePairlist || (flags & 0x200) !== 0, true);
  }

  /** A pairlist whose first flags were read. */
  #pairs(depth: number, first: number, hasAttributes: boolean, hasTag: boolean): Attributes {
    const pairs = new Map<string, RValue>();
    let [attributed, tagged, flags] = [hasAttributes && (first & 0x200) !== 0, hasTag, first];
    for (;;) {
      if (attributed) this.#attributes(depth + 1);
      const name = tagged && (flags & 0x400) !== 0 ? this.#symbol() : '';
      pairs.set(name, this.#item(depth + 1));
      flags = this.#integer();
      const type = flags & 0xff;
      if (type === sexp.nil) return pairs;
      if (type !== sexp.pairlist && type !== sexp.attributePairlist)
        throw new MalformedR('a list of attributes without an end');
      attributed = (flags & 0x200) !== 0;
      tagged = true;
    }
  }

  #symbol(): string {
    const flags = this.#integer();
    const type = flags & 0xff;
    if (type === sexp.symbol) {
      const text = this.#text() ?? 'NA';
      this.#seen.push(text);
      return text;
    }
    if (type !== sexp.reference) throw new MalformedR('a name that is none');
    const packed = flags >> 8;
    const index = packed === 0 ? this.#integer() : packed;
    const text = this.#seen[index - 1];
    if (typeof text !== 'string') throw new MalformedR('a reference to nothing');
    return text;
  }

  /** An element of a character vector; null is NA. */
  #text(): string | null {
    const flags = this.#integer();
    if ((flags & 0xff) !== sexp.char) throw new MalformedR('a text that is none');
    const length = this.#integer();
    if (length === -1) return null;
    if (length < 0) throw new MalformedR('a length that cannot be');
    // Bit 2 of the character's own flags says latin1; all else is UTF-8 or ASCII.
    const latin = ((flags >> 12) & 0x04) !== 0;
    return new TextDecoder(latin ? 'latin1' : 'utf-8').decode(this.#take(length));
  }

  /** A compact form of version 3: sequences of integers, deferred texts, wrappers. */
  #altrep(depth: number): RValue {
    const info = this.#altrepClass(depth);
    const state = this.#altrepState(depth);
    const attributes = this.#integer();
    if ((attributes & 0xff) !== sexp.nil) {
      this.#at -= 4;
      this.#attributes(depth);
    }
    const [first] = state;
    if (info === 'compact_intseq' || info === 'compact_realseq') {
      const [length, from, step] = first?.kind === 'vector' ? first.atoms : [];
      if (typeof length !== 'number' || typeof from !== 'number' || typeof step !== 'number')
        throw new MalformedR('a sequence that is none');
      if (!(Number.isSafeInteger(length) && length >= 0)) throw new MalformedR('a sequence that is none');
      this.#values += length;
      if (this.#values > mostSequenceValues) throw new MalformedR('sequences of too many values');
      return { kind: 'vector', atoms: Array.from({ length }, (_, i) => from + i * step) };
    }
    if (info.startsWith('wrap_') && first !== undefined) return first;
    if (info === 'deferred_string' && first?.kind === 'vector')
      return { kind: 'vector', atoms: first.atoms.map((atom) => (atom === null ? null : String(atom))) };
    throw new MalformedR(`a compact value of the form ${info}`);
  }

  /** The name of the form. */
  #altrepClass(depth: number): string {
    const flags = this.#integer();
    if ((flags & 0xff) !== sexp.pairlist) throw new MalformedR('a compact value without a form');
    const name = this.#symbol();
    for (;;) {
      const next = this.#integer();
      if ((next & 0xff) === sexp.nil) return name;
      if ((next & 0xff) !== sexp.pairlist) throw new MalformedR('a compact value without a form');
      this.#item(depth + 1);
    }
  }

  /** Its state: a list, a pair, or a single value. */
  #altrepState(depth: number): RValue[] {
    const flags = this.#integer();
    const type = flags & 0xff;
    if (type === sexp.pairlist) {
      const values: RValue[] = [this.#item(depth + 1)];
      for (;;) {
        const next = this.#integer();
        if ((next & 0xff) === sexp.nil) return values;
        if ((next & 0xff) !== sexp.pairlist) {
          this.#at -= 4;
          values.push(this.#item(depth + 1));
          return values;
        }
        values.push(this.#item(depth + 1));
      }
    }
    this.#at -= 4;
    const value = this.#item(depth + 1);
    return value.kind === 'list' ? value.entries.map(([, entry]) => entry) : [value];
  }
}
