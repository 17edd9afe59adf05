/** Reads the text that R's `dput` writes of a descriptor: calls of new, list, c and structure, and plain values. */
import type { RToken } from './r-tokens.js';
import { RTokens } from './r-tokens.js';
import type { RAtom, RValue } from './r-value.js';
import { MalformedR, rNull, rVector } from './r-value.js';

/** Calls within calls; descriptors have three. */
const deepest = 32;

const constants: ReadonlyMap<string, RAtom> = new Map<string, RAtom>([
  ['TRUE', true],
  ['T', true],
  ['FALSE', false],
  ['F', false],
  ['NA', null],
  ['NA_integer_', null],
  ['NA_real_', null],
  ['NA_character_', null],
  ['Inf', Number.POSITIVE_INFINITY],
  ['NaN', Number.NaN],
]);

interface Argument {
  readonly name: string;
  readonly value: RValue;
}

/** @throws MalformedR with the line and what was expected there */
export function parseR(text: string): RValue {
  const tokens = new RTokens(text);
  const value = valueIn(tokens, 0);
  tokens.takeMark(';');
  if (tokens.next.kind !== 'end') throw tokens.unexpected('the end');
  return value;
}

function valueIn(tokens: RTokens, depth: number): RValue {
  if (depth > deepest) throw new MalformedR('too many calls within calls');
  const { next } = tokens;
  if (next.kind === 'string') {
    tokens.take();
    return rVector(next.text);
  }
  if (next.kind === 'number' || isMark(next, '-') || isMark(next, '+')) return numbersIn(tokens);
  if (next.kind !== 'name') throw tokens.unexpected('a value');
  tokens.take();
  if (tokens.takeMark('(')) return called(next.text, argumentsIn(tokens, depth + 1), tokens);
  if (next.text === 'NULL') return rNull;
  const constant = constants.get(next.text);
  if (constant === undefined) throw new MalformedR(`${next.text} is no value`);
  return rVector(constant);
}

const isMark = (token: RToken, text: string): boolean => token.kind === 'mark' && token.text === text;

/** A number or a sequence of whole numbers, `0:9`. */
function numbersIn(tokens: RTokens): RValue {
  const from = signedIn(tokens);
  if (!tokens.takeMark(':')) return rVector(from);
  const to = signedIn(tokens);
  const count = Math.abs(to - from) + 1;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to))
    throw new MalformedR(`the sequence ${from}:${to} is none of a descriptor`);
  tokens.spend(count);
  const step = to < from ? -1 : 1;
  return { kind: 'vector', atoms: Array.from({ length: count }, (_, i) => from + step * i) };
}

function signedIn(tokens: RTokens): number {
  const negative = tokens.takeMark('-');
  if (!negative) tokens.takeMark('+');
  const { next } = tokens;
  if (next.kind === 'number') {
    tokens.take();
    return negative ? -next.value : next.value;
  }
  if (next.kind === 'name' && next.text === 'Inf') {
    tokens.take();
    return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  throw tokens.unexpected('a number');
}

/** What stands between the parentheses; the opening one was taken. */
function argumentsIn(tokens: RTokens, depth: number): Argument[] {
  const given: Argument[] = [];
  if (tokens.takeMark(')')) return given;
  do {
    given.push(argumentIn(tokens, depth));
  } while (tokens.takeMark(','));
  tokens.expectMark(')');
  return given;
}

function argumentIn(tokens: RTokens, depth: number): Argument {
  const name = tokens.takeTag() ?? '';
  return { name, value: valueIn(tokens, depth) };
}

function called(name: string, given: readonly Argument[], tokens: RTokens): RValue {
  switch (name) {
    case 'list':
      return { kind: 'list', entries: given.map((argument) => [argument.name, argument.value] as const) };
    case 'c':
      return combined(given);
    case 'structure':
      return structured(given);
    case 'new':
      return made(given);
    case 'character':
    case 'integer':
    case 'numeric':
    case 'logical':
      // `character(0)`: how an empty vector is written.
      return { kind: 'vector', atoms: [] };
    default:
      throw tokens.unexpected(`new, list, c or structure instead of ${name}(…), before`);
  }
}

function combined(given: readonly Argument[]): RValue {
  const atoms: RAtom[] = [];
  for (const { value } of given) {
    if (value.kind === 'null') continue;
    if (value.kind !== 'vector') throw new MalformedR('c() of anything but plain values');
    for (const atom of value.atoms) atoms.push(atom);
  }
  return { kind: 'vector', atoms };
}

function structured(given: readonly Argument[]): RValue {
  const value = given.find((argument) => argument.name === '' || argument.name === '.Data')?.value;
  if (value === undefined) throw new MalformedR('structure() of nothing');
  const names = given.find((argument) => argument.name === '.Names' || argument.name === 'names')?.value;
  if (value.kind !== 'list' || names === undefined) return value;
  if (names.kind !== 'vector' || names.atoms.length !== value.entries.length)
    throw new MalformedR('a list with more or fewer names than entries');
  return {
    kind: 'list',
    entries: value.entries.map(([, entry], i) => [textOf(names.atoms[i]), entry] as const),
  };
}

const textOf = (atom: RAtom | undefined): string => (typeof atom === 'string' ? atom : '');

function made(given: readonly Argument[]): RValue {
  const [first, ...slots] = given;
  const className = first?.value.kind === 'vector' ? first.value.atoms[0] : undefined;
  if (typeof className !== 'string') throw new MalformedR('new() without the name of a class');
  return {
    kind: 'object',
    className,
    slots: new Map(slots.map((argument) => [argument.name, argument.value] as const)),
  };
}
