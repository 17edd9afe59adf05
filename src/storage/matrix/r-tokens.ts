/** Tokens of R's syntax as far as `dput` uses it: names, numbers, strings and punctuation. */
import { MalformedR, mostSequenceValues } from './r-value.js';

export type RToken =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'mark'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

const BLANK = /(?:[\s\uFEFF]|#[^\n]*)*/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;
const NAME = /[\p{L}.][\p{L}\p{N}._]*/uy;
const RAW_STRING = /[rR](["'])(-{0,16})([[({])/y;
const closers = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const simpleEscapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  [' ', ' '],
  ['\n', '\n'],
]);

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Reads one token after another. */
export class RTokens {
  readonly #text: string;
  #at = 0;
  #values = 0;
  #next: RToken;

  constructor(text: string) {
    this.#text = text;
    this.#next = this.#read();
  }

  /** Counts values that are not written one by one. @throws MalformedR when there are too many */
  spend(values: number): void {
    this.#values += values;
    if (!(this.#values <= mostSequenceValues)) throw new MalformedR('sequences of too many values');
  }

  /** The token that comes next. */
  get next(): RToken {
    return this.#next;
  }

  take(): RToken {
    const token = this.#next;
    if (token.kind !== 'end') this.#next = this.#read();
    return token;
  }

  /** Takes the mark if it comes next. */
  takeMark(text: string): boolean {
    if (this.#next.kind !== 'mark' || this.#next.text !== text) return false;
    this.take();
    return true;
  }

  /** Takes `name =` or `"name" =` if that comes next, and answers the name. */
  takeTag(): string | undefined {
    const token = this.#next;
    if (token.kind !== 'name' && token.kind !== 'string') return undefined;
    const at = this.#at + match(BLANK, this.#text, this.#at)![0].length;
    if (this.#text[at] !== '=' || this.#text[at + 1] === '=') return undefined;
    this.take();
    this.take();
    return token.text;
  }

  expectMark(text: string): void {
    if (!this.takeMark(text)) throw this.unexpected(`"${text}"`);
  }

  unexpected(wanted: string): MalformedR {
    const token = this.#next;
    const found =
      token.kind === 'end' ? 'the end' : JSON.stringify(this.#text.slice(token.at, token.at + 24));
    const line = this.#text.slice(0, token.at).split('\n').length;
    return new MalformedR(`line ${line}: expected ${wanted}, found ${found}`);
  }

  #read(): RToken {
    const text = this.#text;
    const at = this.#at + (match(BLANK, text, this.#at)?.[0].length ?? 0);
    if (at >= text.length) return { kind: 'end', at };
    const first = text[at]!;
    const raw = match(RAW_STRING, text, at);
    if (raw !== null) return this.#rawString(at, raw);
    if (first === '"' || first === "'") return this.#quoted(at, 'string');
    if (first === '`') return this.#quoted(at, 'name');
    const number = match(NUMBER, text, at);
    if (number !== null) {
      this.#at = at + number[0].length + (text[at + number[0].length] === 'L' ? 1 : 0);
      return { kind: 'number', value: Number(number[0]), at };
    }
    const name = match(NAME, text, at);
    if (name !== null) {
      this.#at = at + name[0].length;
      return { kind: 'name', text: name[0], at };
    }
    this.#at = at + 1;
    return { kind: 'mark', text: first, at };
  }

  #rawString(at: number, opening: RegExpExecArray): RToken {
    const [start, quote, dashes, bracket] = opening;
    const closing = `${closers.get(bracket!)!}${dashes!}${quote!}`;
    const end = this.#text.indexOf(closing, at + start.length);
    if (end < 0) throw new MalformedR('a raw string has no end');
    this.#at = end + closing.length;
    return { kind: 'string', text: this.#text.slice(at + start.length, end), at };
  }

  #quoted(at: number, kind: 'string' | 'name'): RToken {
    const quote = this.#text[at]!;
    const parts: string[] = [];
    // Where the locale cannot show a character, R writes its bytes, each as an escape.
    const bytes: number[] = [];
    const endBytes = (): void => {
      if (bytes.length > 0) parts.push(new TextDecoder().decode(Uint8Array.from(bytes.splice(0))));
    };
    let from = at + 1;
    for (;;) {
      let to = from;
      while (to < this.#text.length && this.#text[to] !== quote && this.#text[to] !== '\\') to += 1;
      if (to >= this.#text.length) throw new MalformedR('a string has no end');
      if (to > from) endBytes();
      parts.push(this.#text.slice(from, to));
      if (this.#text[to] === quote) {
        endBytes();
        this.#at = to + 1;
        return { kind, text: parts.join(''), at };
      }
      const [meaning, length] = this.#escape(to + 1);
      if (typeof meaning === 'number') bytes.push(meaning);
      else {
        endBytes();
        parts.push(meaning);
      }
      from = to + 1 + length;
    }
  }

  /** What the escape after a backslash means, a text or a byte, and how long it is. */
  #escape(at: number): [meaning: string | number, length: number] {
    const rest = this.#text.slice(at, at + 12);
    const byte = /^(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2}))/.exec(rest);
    if (byte !== null) {
      const value = byte[1] === undefined ? Number.parseInt(byte[2]!, 16) : Number.parseInt(byte[1], 8);
      if (value > 255) throw new MalformedR('an escape stands for no byte');
      return [value, byte[0].length];
    }
    const code = /^(?:u\{?([0-9a-fA-F]{1,4})\}?|U\{?([0-9a-fA-F]{1,8})\}?)/.exec(rest);
    if (code !== null) {
      const point = Number.parseInt(code[1] ?? code[2] ?? '', 16);
      if (point > 0x10ffff) throw new MalformedR('an escape stands for no character');
      return [String.fromCodePoint(point), code[0].length];
    }
    const simple = simpleEscapes.get(rest[0] ?? '');
    if (simple === undefined) throw new MalformedR(`the escape \\${rest[0] ?? ''} means nothing in R`);
    return [simple, 1];
  }
}
